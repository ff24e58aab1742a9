import { createInterface } from 'node:readline';
import type { AddressInfo } from 'node:net';
import { Smsc } from './smsc.ts';
import type { SmscCommand } from './protocol.ts';

/**
 * The test SMSC as a process. It listens for SMPP on loopback, on the port in its first argument (default: a free one). On standard output: first
 * `{"port":…}`, then one line of JSON for each command that comes on standard input, one line of JSON each (`protocol.ts`):
 *
 *     {"id":1,"do":"say","from":"+33639980001","to":"+33639980100","text":"bonjour"}
 *     {"id":2,"do":"state"}
 *
 * The answer is `{"id":…,"state":{…}}`: what phones show (`shown`), every segment, and counts. It ends when standard input ends, so
 * that it never outlives who started it.
 */
const smsc = new Smsc();
const print = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

smsc.server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () =>
  print({ port: (smsc.server.address() as AddressInfo).port }),
);
smsc.server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, ...command } = JSON.parse(line) as SmscCommand & { id: number };
  print({ id, state: smsc.command(command as SmscCommand) });
});
lines.on('close', () => process.exit(0));
