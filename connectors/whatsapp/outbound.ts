import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { graphUrl } from '../kit/meta/graph.ts';
import { sendCloud } from '../kit/whatsapp/send.ts';
import type { WhatsAppAccount } from './manifest.ts';

export const send = (
  request: SendRequest,
  { config, credentials }: WhatsAppAccount,
  context: Context,
): Promise<SendOutcome> =>
  sendCloud(
    request,
    {
      messagesUrl: graphUrl(config, config.phone_number_id, 'messages'),
      mediaUrl: graphUrl(config, config.phone_number_id, 'media'),
      token: credentials.access_token,
      media: config.media,
      made: config,
    },
    context,
  );
