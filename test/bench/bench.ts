import { growth } from './growth.ts';
import { inbound, outbound } from './ends.ts';
import { isolation } from './isolation.ts';
import { protocol } from './protocol.ts';
import { recovery } from './recovery.ts';
import { say } from './report.ts';
import type { Row } from './report.ts';

// `npm run bench`: everything; `npm run bench -- inbound outbound`: these. One JSON object a line with `--json`.
const scenarios: Record<string, () => AsyncIterable<Row> | Iterable<Row>> = {
  inbound,
  outbound,
  growth,
  isolation,
  recovery,
  protocol,
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = asked.filter((name) => !(name in scenarios));
if (unknown.length > 0) {
  console.error(`No scenario ${unknown.join(', ')}. There are: ${Object.keys(scenarios).join(', ')}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(scenarios))
  if (asked.length === 0 || asked.includes(name)) for await (const row of run()) say(row);
