import { smsSpec } from '../../test/conformance/sms.ts';
import {
  refusedByTwilio,
  twilioAccount,
  twilioAnswers,
  twilioCalls,
  twilioSid as sid,
} from '../../test/conformance/twilio.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const own = '+15005550006';

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  ...twilioAccount,
  calls: twilioCalls,
  ignored: {
    'a state on the way': writeForm({ MessageSid: sid, MessageStatus: 'queued', From: own }),
    'its own echo': writeForm({ MessageSid: sid, From: own, To: '+33639980001', Body: 'Hello' }),
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
      ['a landline', refusedByTwilio(21614), 'unreachable'],
      ['a text that is too long', refusedByTwilio(21617), 'content_too_large'],
      ['a code that nobody knows', refusedByTwilio(29999), 'platform_refused'],
    ],
  },
});
