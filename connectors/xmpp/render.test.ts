import { describe, expect, test } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import type { OutboundMedia, SendRequest } from '../contract/index.ts';
import { answersTo } from './answers.ts';
import { manifest } from './manifest.ts';
import { render } from './render.ts';
import { failureOf } from './status.ts';
import { XmlStream } from './xml-stream.ts';
import type { Element } from './xml-stream.ts';

const config = manifest.config.parse({ host: 'xmpp.test', domain: 'shop.test', address: 'hello@shop.test' });
const id = 'msg_01KAP00000000000000000TEST.0';
const header =
  "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>";
const stanzaOf = (written: string): Element => {
  const event = new XmlStream().push(Buffer.from(header + written)).at(-1);
  if (event?.type !== 'stanza') throw new Error(`no stanza: ${written}`);
  return event.element;
};

function sent(content: Content, changed: Partial<SendRequest> = {}): string {
  const rendered = render(
    {
      messageId: id.slice(0, -2),
      idempotencyKey: id,
      address: 'xmpp:noa@people.test',
      part: { content },
      media: new Map(),
      thread: [],
      ...changed,
    },
    config,
  );
  return rendered.ok ? rendered.stanza.replace(/^<message [^>]*>(.*)<\/message>$/, '$1') : rendered.code;
}

const theirs = 'noa@people.test/-/5f0d6c1e-7a1b-4c52';
const ours = 'msg_01KAP0000000000000000FIRST.0';

describe('a stanza', () => {
  test('answers a message of theirs or of ours under the id that it has there', () => {
    const text = { kind: 'text', text: 'Oui' } as const;
    expect(sent(text, { replyTo: theirs })).toContain(
      "<reply xmlns='urn:xmpp:reply:0' to='noa@people.test' id='5f0d6c1e-7a1b-4c52'/>",
    );
    expect(sent(text, { replyTo: ours })).toContain(
      `<reply xmlns='urn:xmpp:reply:0' to='hello@shop.test' id='${ours}'/>`,
    );
    expect(sent(text, { replyTo: 'nothing of XMPP' })).not.toContain('<reply');
  });

  test('takes reactions back, stops typing, marks as read', () => {
    const about = { message_id: 'msg_x' };
    expect(sent({ kind: 'reaction', ...about, emoji: '' }, { replyTo: theirs })).toContain(
      "<reactions xmlns='urn:xmpp:reactions:0' id='5f0d6c1e-7a1b-4c52'/>",
    );
    expect(sent({ kind: 'typing', on: false })).toBe(
      "<paused xmlns='http://jabber.org/protocol/chatstates'/>",
    );
    expect(sent({ kind: 'read', ...about }, { replyTo: theirs })).toContain(
      "<displayed xmlns='urn:xmpp:chat-markers:0' id='5f0d6c1e-7a1b-4c52'/>",
    );
    expect(sent({ kind: 'read', ...about })).toBe('content_refused');
  });

  test('edits and takes back only what is ours', () => {
    const about = { message_id: 'msg_x' };
    expect(sent({ kind: 'edit', ...about, text: 'Non' }, { replyTo: theirs })).toBe('content_refused');
    expect(sent({ kind: 'removal', ...about }, { replyTo: theirs })).toBe('content_refused');
    expect(sent({ kind: 'removal', ...about }, { replyTo: ours })).toContain(
      `<retract xmlns='urn:xmpp:message-retract:1' id='${ours}'/>`,
    );
  });

  test.each([
    [undefined, 'image/jpeg', 'file.jpg'],
    ['Devis n° 1/2.pdf', 'application/pdf', 'Devis_n__1_2.pdf'],
    ['son', 'audio/ogg; codecs=opus', 'son.ogg'],
    ['..', 'application/x-unknown', '...bin'],
  ])('gives a file (%s, %s) an address that apps know by its end', (name, mediaType, last) => {
    const file: OutboundMedia = {
      url: 'https://gateway.test/media/1?s=1',
      mediaType,
      bytes: 1,
      ...(name ? { name } : {}),
      read: () => Promise.reject(new Error('not read')),
    };
    const media = new Map([['med_1', file]]);
    expect(sent({ kind: 'media', media: { type: 'file', id: 'med_1' } }, { media })).toContain(
      `<body>https://gateway.test/media/1/${last}?s=1</body><x xmlns='jabber:x:oob'>`,
    );
  });
});

describe('answers', () => {
  const answers = (stanza: string): string => answersTo(stanzaOf(stanza), config).join('');
  test('whoever leaves is told that it is so, and sees the account no more', () => {
    const answer = answers("<presence type='unsubscribe' from='noa@people.test' to='hello@shop.test'/>");
    expect(answer).toContain("<presence from='hello@shop.test' to='noa@people.test' type='unsubscribed'/>");
    expect(answer).toContain("type='unavailable'");
  });

  test('a component is one thing, its account another', () => {
    const query = (to: string): string =>
      `<iq type='get' id='1' from='noa@people.test/a' to='${to}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`;
    expect(answers(query('shop.test'))).toContain("category='component'");
    expect(answers(query('hello@shop.test/gateway'))).toContain("category='client' type='bot'");
    expect(answers(query('other@shop.test'))).toContain('<item-not-found');
  });

  test.each([
    "<iq type='result' id='1' from='noa@people.test/a' to='hello@shop.test'/>",
    "<iq type='error' id='1' from='noa@people.test/a' to='hello@shop.test'><error type='cancel'/></iq>",
    "<presence type='error' from='noa@people.test/a' to='hello@shop.test'/>",
    "<message type='error' from='noa@people.test/a' to='other@shop.test'><body>x</body></message>",
    "<presence type='subscribed' from='noa@people.test' to='hello@shop.test'/>",
    "<iq type='get' id='1' to='hello@shop.test'><ping xmlns='urn:xmpp:ping'/></iq>",
  ])('%s is not answered, or two would answer each other for ever', (stanza) => {
    expect(answers(stanza)).toBe('');
  });
});

test.each([
  ['item-not-found', 'cancel', 'address_invalid'],
  ['remote-server-not-found', 'cancel', 'address_invalid'],
  ['service-unavailable', 'cancel', 'unreachable'],
  ['forbidden', 'auth', 'blocked'],
  ['not-acceptable', 'modify', 'content_refused'],
  ['feature-not-implemented', 'cancel', 'content_unsupported'],
  ['policy-violation', 'modify', 'spam_suspected'],
  ['resource-constraint', 'wait', 'platform_unavailable'],
  ['word-of-next-year', 'wait', 'platform_unavailable'],
  ['word-of-next-year', 'cancel', 'platform_refused'],
  ['constructor', 'cancel', 'platform_refused'],
])('the error %s (%s) is %s', (condition, type, code) => {
  const stanza = stanzaOf(
    `<message type='error' from='noa@people.test' to='hello@shop.test' id='${id}'><error type='${type}'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>words</text><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  expect(failureOf(stanza)).toMatchObject({ code, platform_code: condition });
});
