import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A merchant's endpoint, or a platform's Send API, in a process of its own: answers at once, and notes when each numbered message
// came. Prints its port; a line on standard input asks for what it has noted since the last one. With `slow` it never answers.
const number = /bench-(\d+)/;
const slow = process.argv.includes('slow');
let arrivals: [number, number][] = [];
let made = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (slow) return;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"recipient_id":"1","message_id":"m_sink_${++made}"}`);
    const body = Buffer.concat(chunks).toString('utf8');
    // the event of the opening of a conversation has no number
    const found = number.exec(body);
    if (found) arrivals.push([Number(found[1]), Date.now()]);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.on('data', () => {
  process.stdout.write(`${JSON.stringify(arrivals)}\n`);
  arrivals = [];
});
process.stdin.on('end', () => process.exit(0));
