import { createLog } from '../log.ts';
import { writeCompiled } from '../launch/compile-cache.ts';
import { exitOnBugs } from '../launch/shutdown.ts';
import { readSettings } from '../settings.ts';
import type { FromWork, ToWork } from './messages.ts';
import { startWork } from './work.ts';
import type { Work } from './work.ts';

// A process at work. It lives as long as the gateway that started it: whoever may start another has seen this one end.
const read = readSettings();
if (!read.ok) process.exit(1);
const { settings } = read;
const log = createLog(settings.logLevel);
exitOnBugs(log);
const tell = (message: FromWork): void => {
  if (process.connected) process.send!(message);
};
let work: Promise<Work> | undefined;

process.on('message', (message: ToWork) => {
  if (message.type === 'begin') {
    work = startWork({ settings, log, tell, ...message });
    work.then(
      () => {
        tell({ type: 'begun' });
        writeCompiled();
      },
      (error: unknown) => {
        log.error('process.start_failed', { error });
        tell({ type: 'failed', problem: error instanceof Error ? error.message : 'unknown error' });
        process.exit(1);
      },
    );
    return;
  }
  work
    ?.then(async (running) => {
      if (message.type !== 'stop') return running.take(message);
      await running.stop();
      process.exit(0);
    })
    .catch((error: unknown) => log.error('process.message_failed', { error }));
});
// a terminal interrupts all of its processes: the gateway says when to stop
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(1));
// the gateway was gone before anybody here listened: what it had asked for is nobody's any more
if (!process.connected) process.exit(1);
