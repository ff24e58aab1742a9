import { cancelMessage } from '../../gateway/messages/cancel.ts';
import type { createSend } from '../../gateway/messages/send.ts';
import { Refusal } from '../../gateway/problems.ts';
import type { Life } from './gateway.ts';

/** What a merchant asks of the gateway, as its routes do. */
export const sends =
  (send: ReturnType<typeof createSend>): Life['send'] =>
  async ({ merchantId, text, input }) => {
    const { body } = await send({
      merchantId,
      test: false,
      input: { ...input, content: { kind: 'text', text } },
      idempotency: { key: text, bodyHash: text },
    });
    return (JSON.parse(body) as { id: string }).id;
  };

export const cancels =
  (o: Parameters<typeof cancelMessage>[0]): Life['cancel'] =>
  async (of) => {
    try {
      await cancelMessage(o, of);
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'conflict') return false;
      throw error;
    }
  };
