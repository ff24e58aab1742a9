import { createHmac, randomUUID } from 'node:crypto';
import type { Frame, Told } from '../../../connectors/sandbox/wire.ts';
import type { TestMerchant } from '../../gateway/gateway.ts';
import { plainText } from './consumer.ts';
import type { Consumer, Line } from './consumer.ts';
import { openFrames } from './frames.ts';

const secret = 'a-secret-of-the-phone-page';

/** The phone page, frame by frame: it shows what comes and says that it was seen. */
export interface SandboxLine extends Line {
  person(name: string): Promise<Consumer & { seesMedia(): string[] }>;
}

export async function openSandbox(merchant: TestMerchant): Promise<SandboxLine> {
  const { id, hookUrl } = await merchant.account('sandbox', {}, { secret });
  const key = createHmac('sha256', secret).update(`sandbox phone of ${id}`).digest('base64url');
  const open: Consumer[] = [];

  async function person(as: string) {
    const page = await openFrames<Told, Frame>(`${hookUrl}/socket?key=${key}`, {
      onFrame: (told) => {
        if (told.type === 'message' && told.as === as && told.entry.direction === 'outbound')
          page.says({ type: 'seen', as, ids: [told.entry.provider_id!] });
      },
    });
    const safe = async (frame: Extract<Frame, { type: 'write' | 'press' }>): Promise<void> => {
      page.says(frame);
      await page.frame(
        'the phone to be heard',
        (told): told is Told => told.type === 'accepted' && told.id === frame.id,
      );
    };
    const arrived = () =>
      page.came.flatMap((told) =>
        told.type === 'message' && told.as === as && told.entry.direction === 'outbound' ? [told.entry] : [],
      );
    const consumer = {
      address: `sandbox:${as}`,
      writes: (text: string) =>
        safe({ type: 'write', as, id: randomUUID(), content: { kind: 'text', text } }),
      texts: () => Promise.resolve(arrived().map(({ content }) => content.text ?? '')),
      seesMedia: () =>
        arrived().flatMap(({ content }) => (content.kind === 'media' ? [content.media.url ?? ''] : [])),
      answers: ({ place, title }: { place: number; title: string }) =>
        safe({
          type: 'press',
          as,
          id: randomUUID(),
          title,
          payload: arrived().findLast(({ payloads }) => payloads?.length)!.payloads![place - 1]!,
        }),
      leaves: () => page.close(),
    };
    open.push(consumer);
    return consumer;
  }

  return {
    connector: 'sandbox',
    channel: 'sandbox',
    accountId: id,
    ends: 'read',
    via: 'payload',
    received: plainText,
    person,
    consumer: (n) => person(`person-${n}`),
    close: async () => {
      for (const consumer of open) consumer.leaves?.();
    },
  };
}
