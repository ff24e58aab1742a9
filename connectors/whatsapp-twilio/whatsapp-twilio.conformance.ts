import {
  refusedByTwilio,
  twilioAccount,
  twilioAnswers,
  twilioCalls,
  twilioSid as sid,
} from '../../test/conformance/twilio.ts';
import { whatsappSpec } from '../../test/conformance/whatsapp.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const own = 'whatsapp:+15005550006';
const ada = 'whatsapp:+33639980001';

export const spec = whatsappSpec(connector, {
  folder: import.meta.url,
  ...twilioAccount,
  calls: twilioCalls,
  ignored: {
    'a state on the way': writeForm({ MessageSid: sid, MessageStatus: 'queued', From: own }),
    'its own echo': writeForm({ MessageSid: sid, From: own, To: ada, Body: 'Hello' }),
    'an SMS': writeForm({ MessageSid: sid, From: '+33639980001', To: '+15005550006', Body: 'Hello' }),
    'another account': writeForm({
      AccountSid: `AC${'11'.repeat(16)}`,
      MessageSid: sid,
      From: ada,
      Body: 'Hello',
    }),
    nobody: writeForm({ MessageSid: sid, From: 'whatsapp:', Body: 'Hello' }),
    'an unknown event': writeForm({
      AccountSid: twilioAccount.config.account_sid,
      EventType: 'onConversationAdded',
    }),
  },
  answers: {
    ...twilioAnswers,
    rejected: [
      ['a number that is none', refusedByTwilio(21211), 'address_invalid'],
      ['a consumer who said STOP', refusedByTwilio(21610), 'opted_out'],
      ['not on WhatsApp', refusedByTwilio(63024), 'unreachable'],
      ['a closed window', refusedByTwilio(63016), 'window_closed'],
      ['a template that is none', refusedByTwilio(63027), 'template_refused'],
      ['a sender without a valid name', refusedByTwilio(63022), 'account_unauthorized'],
      ['marketing that Meta held back', refusedByTwilio(63049), 'undelivered'],
      ['a text that is too long', refusedByTwilio(21617), 'content_too_large'],
      ['a code that nobody knows', refusedByTwilio(29999), 'platform_refused'],
    ],
  },
  sample: ada,
  template: { name: `HX${'ab'.repeat(16)}`, header: undefined, buttons: undefined },
  native: { ContentSid: `HX${'cd'.repeat(16)}`, ContentVariables: { 1: 'Ada' } },
});
