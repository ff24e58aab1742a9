import { parentPort } from 'node:worker_threads';
import { readMail } from './inbound.ts';

/** One mail at a time, off the main loop; who started this thread ends it when a mail takes too long or too much. */
parentPort?.on('message', (job: { raw: Uint8Array; envelopeFrom: string }) => {
  void readMail(job.raw, job.envelopeFrom).then(
    (reading) => parentPort?.postMessage(reading),
    () => parentPort?.postMessage({ ok: false, refusal: 'malformed' }),
  );
});
