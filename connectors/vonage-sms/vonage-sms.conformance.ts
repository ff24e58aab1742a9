import { smsSpec } from '../../test/conformance/sms.ts';
import {
  refusedByVonage,
  vonageAccount,
  vonageAnswers,
  vonageCalls,
  vonageId,
} from '../../test/conformance/vonage.ts';
import { connector } from './index.ts';

const event = {
  channel: 'sms',
  message_uuid: vonageId,
  message_type: 'text',
  from: '33639980001',
  text: 'x',
};

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  ...vonageAccount,
  calls: vonageCalls,
  ignored: {
    'another channel': { ...event, channel: 'whatsapp' },
    'its own echo': { ...event, from: '33639980100' },
    'an unknown event': { ...event, message_type: 'unsupported', text: undefined },
    'an unknown state': { channel: 'sms', message_uuid: vonageId, status: 'pondered' },
  },
  answers: {
    ...vonageAnswers,
    rejected: [
      ['a number that is none', refusedByVonage('/messages#1170', 422), 'address_invalid'],
      ['no credit', refusedByVonage('#low-balance', 402), 'balance_exhausted'],
      ['a sender that is not allowed', refusedByVonage('/messages#1120', 422), 'platform_refused'],
      ['a consumer who said STOP', refusedByVonage('/messages#1240', 422), 'opted_out'],
    ],
  },
});
