import { randomUUID } from 'node:crypto';
import type { ClientFrame, ServerFrame, WireEntry } from '../../../connectors/webchat/wire.ts';
import type { TestMerchant } from '../../gateway/gateway.ts';
import { plainText } from './consumer.ts';
import type { Consumer, Line } from './consumer.ts';
import { openFrames } from './frames.ts';

const origin = 'https://shop.example';

/** The widget's own protocol, without a browser: a session, a socket, and every message confirmed as shown. */
export async function openWebchat(merchant: TestMerchant): Promise<Line> {
  const account = await merchant.account(
    'webchat',
    { name: 'Shop', origins: [origin] },
    { secret: 'a-secret-of-the-widget-long-enough' },
  );
  const open: Consumer[] = [];

  async function visitor(): Promise<Consumer> {
    const session = await fetch(`${account.hookUrl}/session`, {
      method: 'POST',
      headers: { origin, 'content-type': 'text/plain' },
      body: '{}',
    });
    const { token } = (await session.json()) as { token: string };
    const { id } = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { id: string };
    const panel = await openFrames<ServerFrame, ClientFrame>(`${account.hookUrl}/socket`, {
      origin,
      onFrame: (frame) => {
        if (frame.type !== 'entry' || frame.entry.direction !== 'outbound') return;
        panel.says({ type: 'received', up_to: frame.entry.sequence });
        panel.says({ type: 'read', up_to: frame.entry.sequence });
      },
    });
    panel.says({ type: 'resume', token, after: 0 });
    await panel.frame(
      'the thread',
      (frame): frame is ServerFrame => frame.type === 'history' && frame.complete,
    );
    const safe = async (
      frame: Omit<Extract<ClientFrame, { type: 'message' }>, 'type' | 'client_id'>,
    ): Promise<void> => {
      const client_id = randomUUID();
      panel.says({ type: 'message', client_id, ...frame });
      await panel.frame(
        'the panel to be heard',
        (answer): answer is ServerFrame => answer.type === 'ack' && answer.client_id === client_id,
      );
    };
    const arrived = (): WireEntry[] =>
      panel.came.flatMap((frame) =>
        frame.type === 'entry' && frame.entry.direction === 'outbound' ? [frame.entry] : [],
      );
    const consumer: Consumer = {
      address: `webchat:${id}`,
      writes: (text) => safe({ content: { kind: 'text', text } }),
      texts: () => Promise.resolve(arrived().map(({ content }) => content.text ?? '')),
      answers: ({ place, title }) =>
        safe({
          content: { kind: 'text', text: title },
          payload: arrived().findLast(({ payloads }) => payloads?.length)!.payloads![place - 1]!,
        }),
      leaves: () => panel.close(),
    };
    open.push(consumer);
    return consumer;
  }

  return {
    connector: 'webchat',
    channel: 'webchat',
    accountId: account.id,
    ends: 'read',
    via: 'payload',
    received: plainText,
    consumer: visitor,
    close: async () => {
      for (const consumer of open) consumer.leaves?.();
    },
  };
}
