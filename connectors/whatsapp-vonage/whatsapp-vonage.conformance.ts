import {
  refusedByVonage,
  vonageAccount,
  vonageAnswers,
  vonageCalls,
  vonageId,
} from '../../test/conformance/vonage.ts';
import { locationRequest, whatsappSpec } from '../../test/conformance/whatsapp.ts';
import { connector } from './index.ts';

const event = {
  channel: 'whatsapp',
  message_uuid: vonageId,
  message_type: 'text',
  from: '33639980001',
  text: 'x',
};

export const spec = whatsappSpec(connector, {
  folder: import.meta.url,
  config: { ...vonageAccount.config, sender: '+33639980100' },
  credentials: vonageAccount.credentials,
  calls: vonageCalls,
  ignored: {
    'another channel': { ...event, channel: 'sms' },
    'its own echo': { ...event, from: '33639980100' },
    'an unknown event': { channel: 'whatsapp', message_uuid: vonageId },
    'an unknown state': { channel: 'whatsapp', message_uuid: vonageId, status: 'pondered' },
    nobody: { ...event, from: undefined },
  },
  answers: {
    ...vonageAnswers,
    rejected: [
      ['a number that is none', refusedByVonage('/messages#1170', 422), 'address_invalid'],
      ['no credit', refusedByVonage('#low-balance', 402), 'balance_exhausted'],
      ['a sender that is not allowed', refusedByVonage('/messages#1120', 422), 'platform_refused'],
      ['a closed window', refusedByVonage('/messages#1340', 422), 'window_closed'],
      ['a consumer who said STOP', refusedByVonage('/messages#1240', 422), 'opted_out'],
    ],
  },
  sample: 'whatsapp:+33639980001',
  native: { message_type: 'custom', custom: locationRequest },
});
