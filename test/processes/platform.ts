import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What plays Messenger's Send API: keeps what was posted, answers as it is told. */
export interface Platform {
  url: string;
  /** Texts, with the token that each came with, in their order. */
  shown: { text: string; token: string }[];
  /** 200 answers with an id; anything else is an error of the platform. */
  status: number;
  close(): Promise<void>;
}

export async function startPlatform(): Promise<Platform> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (platform.status !== 200)
        return void response
          .writeHead(platform.status)
          .end(JSON.stringify({ error: { code: 2, message: 'away' } }));
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        recipient: { id: string };
        message?: { text?: string };
      };
      const query = new URL(request.url ?? '/', 'http://platform').searchParams.get('access_token');
      const token = query ?? (request.headers.authorization ?? '').replace(/^Bearer /, '');
      if (body.message?.text) platform.shown.push({ text: body.message.text, token });
      response.end(
        JSON.stringify({ recipient_id: body.recipient.id, message_id: `m_${platform.shown.length}` }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const platform: Platform = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shown: [],
    status: 200,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return platform;
}
