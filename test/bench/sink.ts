import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A merchant's endpoint in a process of its own: answers at once, and notes when each numbered message came.
// Prints its port; a line on standard input asks for what it has noted since the last one.
const number = /bench-(\d+)/;
let arrivals: [number, number][] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200).end();
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
