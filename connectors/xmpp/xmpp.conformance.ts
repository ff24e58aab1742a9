import type { ConformanceSpec, Fixture } from '../../test/conformance/spec.ts';
import type { InboundItem } from '../contract/index.ts';
import { sample } from '../kit/samples.testing.ts';
import { itemsOf } from './inbound.ts';
import { connector } from './index.ts';
import { manifest } from './manifest.ts';
import { XmlStream } from './xml-stream.ts';

const config = manifest.config.parse({
  host: 'xmpp.test',
  domain: 'shop.people.test',
  address: 'hello@shop.people.test',
});
const account = {
  id: 'acc_01KAP00000000000000000XMPP',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config,
  credentials: { secret: 'example-secret' },
  hookUrl: 'https://gateway.test/hooks/xmpp/acc_01KAP00000000000000000XMPP',
};

const nowMs = Date.UTC(2026, 10, 22);
const header =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>";

/** A stanza as text, through the stream: the pure part of what the session does with it. */
function parse({ request }: Fixture): InboundItem[] {
  return new XmlStream()
    .push(Buffer.from(header + (request.text ?? '')))
    .flatMap((event) => (event.type === 'stanza' ? itemsOf(event.element, config, nowMs) : []));
}

const message = (attributes: string, inside: string, from = 'noa@people.test/phone'): string =>
  `<message from='${from}' to='hello@shop.people.test' ${attributes}>${inside}</message>`;
const forwarded =
  "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='eve@people.test'><body>x</body></message></forwarded>";

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  parse,
  ignored: {
    'its own echo': message("id='e' type='chat'", '<body>x</body>', 'hello@shop.people.test/gateway'),
    'an unknown event': message("id='u'", "<mood xmlns='urn:unknown:test'/>"),
    'a copy, which could only be forged': message(
      "type='chat'",
      `<body>x</body><received xmlns='urn:xmpp:carbons:2'>${forwarded}</received>`,
    ),
    'a presence': "<presence from='noa@people.test/phone' to='hello@shop.people.test'/>",
    'a headline': message("type='headline'", '<body>news</body>'),
    'a group': message("type='groupchat'", '<body>all</body>', 'room@groups.people.test/noa'),
    'a server': message("id='s'", '<body>Welcome</body>', 'people.test'),
    'words that are encrypted': message(
      "type='chat'",
      "<encrypted xmlns='urn:xmpp:omemo:2'/><body>not for you</body>",
    ),
    'an error about nothing': message("type='error' id='x'", "<error type='cancel'/>"),
    'a receipt about what was never sent': message("id='r'", "<received xmlns='urn:xmpp:receipts' id='x'/>"),
  },
  addresses: {
    same: [
      'xmpp:noa@people.test',
      'xmpp:Noa@People.Test',
      'XMPP:noa@people.test/phone',
      'xmpp:noa@people.test.',
      'xmpp:ｎｏａ@people.test',
    ],
    refused: [
      'xmpp:people.test',
      'xmpp:@people.test',
      'xmpp:noa@',
      'xmpp:no a@people.test',
      'xmpp:a@b@people.test',
      'mailto:noa@people.test',
      'tel:+33639980001',
    ],
    sample: 'xmpp:zoé@münchen.test',
  },
  samples: [
    sample.text,
    { kind: 'media', media: sample.picture.media },
    sample.reaction,
    sample.edit,
    sample.removal,
    sample.typing,
    sample.read,
  ],
};
