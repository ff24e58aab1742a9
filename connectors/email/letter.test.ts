import * as fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { adapt } from '../../protocol/adapt/index.ts';
import { anyContent } from '../../protocol/adapt/arbitraries.ts';
import type { Content } from '../../protocol/content.ts';
import { mailAccount } from '../../test/mail/mail-host.ts';
import type { OutboundMedia } from '../contract/index.ts';
import { spec } from './email.conformance.ts';
import { isLetterContent } from '../kit/mail/letter.ts';
import { account, mailOf, nowMs, order, picture, request } from './letter.testing.ts';
import { manifest } from './manifest.ts';
import { compose } from './outbound.ts';

const unescaped = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const squeezed = (text: string): string => text.replaceAll(/[\s,:×]+/g, '');

/** What a reader of the HTML sees, piece by piece; the sender's name and the table's hidden head aside. */
const pieces = (html: string): string[] =>
  html
    .slice(html.indexOf('<body'))
    .replaceAll(/<thead[\s\S]*?<\/thead>|<!--[\s\S]*?-->/g, '')
    .split(/<[^>]*>/)
    .map((piece) => squeezed(unescaped(piece)))
    .filter((piece) => piece !== '' && piece !== 'Shop');

describe('a letter', () => {
  it('says the same in HTML and in text, whatever it says, and loads nothing', async () => {
    const letters = anyContent.filter((content) => isLetterContent(content));
    await fc.assert(
      fc.asyncProperty(
        letters,
        fc.constantFrom('en', 'fr', 'de-CH', 'ja', undefined),
        async (content, language) => {
          const more = {
            ...(language ? { language } : {}),
            unsubscribeUrl: 'https://gateway.test/unsubscribe/t',
          };
          const { html = '', text = '' } = await mailOf(content, more);
          const said = squeezed(text.replaceAll('\u00a0', ' '));
          for (const piece of pieces(html)) expect(said).toContain(squeezed(piece));
          expect(html.match(/<script/g)?.length ?? 0).toBeLessThanOrEqual(1);
          expect(html).not.toMatch(/\b(?:src|background|srcset)=(?!"cid:)|url\(|@import|<link|\son\w+=/i);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(spec.samples.map((content) => [content.kind, content] as const))(
    '%s: a text beside any HTML, in the language asked for',
    async (_kind, content) => {
      const { html, text } = await mailOf(content, { language: 'fr' });
      expect(text?.trim()).toBeTruthy();
      if (isLetterContent(content)) expect(html).toContain('<html lang="fr" dir="ltr">');
    },
  );

  it('an order: heading, state, the merchant’s words, lines with how many and how much, total', async () => {
    const { html = '', text, subject, attachments } = await mailOf(order, { language: 'fr' });
    expect(subject).toBe('Commande A-1');
    expect(text?.replaceAll(/[\u00a0\u202f]/g, ' ').trim()).toBe(
      [
        'Commande A-1',
        'Being made',
        '',
        'Thank you!',
        'It will be ready at eight.',
        '',
        'Galette: 2 × 8,50 €',
        '  Egg & cheese',
        '[Image: A galette]',
        'Crêpe: 6,50 €',
        '  https://shop.test/c?a=1&b=2',
        'Total: 23,50 €',
      ].join('\n'),
    );
    expect(html).toContain('Egg &amp; cheese');
    expect(html).toContain('href="https://shop.test/c?a=1&amp;b=2"');
    const [image] = attachments;
    expect(image).toMatchObject({ filename: 'photo.png', mimeType: 'image/png', disposition: 'inline' });
    expect(html).toContain(`src="cid:${image!.contentId!.slice(1, -1)}" alt="A galette"`);
  });

  it('escapes what merchants and consumers wrote, wherever it stands', async () => {
    const attack = `"'></script></title></style><script>alert(1)</script><img src=x onerror=alert(1)>`;
    const contents: Content[] = [
      {
        kind: 'card',
        card: {
          title: attack,
          subtitle: attack,
          actions: [{ type: 'url', title: attack, url: 'https://a.test/' }],
        },
      },
      {
        ...order,
        order_id: attack,
        state: attack,
        text: attack,
        items: [{ id: 'a', title: attack, description: attack }],
      },
      { kind: 'status', about: 'parcel', subject: attack, state: attack, detail: attack },
      { kind: 'appointment', title: attack, start: '2026-11-27T10:00:00Z', place: attack },
      {
        kind: 'payment_request',
        reference: attack,
        description: attack,
        amount: { amount: 1, currency: 'EUR' },
        url: 'https://a.test/',
      },
    ];
    const named = mailAccount('acc_1', { address: 'support@shop.test', name: attack.slice(0, 100) });
    for (const content of contents) {
      const composed = await compose(request(content), named, nowMs);
      if (!composed.ok) throw new Error(JSON.stringify(composed.failure));
      const { html = '' } = await PostalMime.parse(composed.mail.raw);
      const markup = html.match(/<script type="application\/ld\+json">(.*?)<\/script>/);
      expect(html.replace(markup?.[0] ?? '', '')).not.toMatch(/<script|<img|onerror=(?!alert\(1\)&gt;)/);
      if (markup) expect(JSON.stringify(JSON.parse(markup[1]!))).toContain('</script>');
    }
  });

  it('shows what is too large for a mail as a link, and other files beside it', async () => {
    const card = (id: string) => ({ title: id, image: { type: 'image' as const, id, alt: `The ${id}` } });
    const media = new Map([
      ['small', picture()],
      [
        'large',
        picture({
          bytes: 30 << 20,
          url: 'https://gateway.test/media/large?sig=y',
          read: () => Promise.reject(new Error('not asked for')),
        }),
      ],
      ['drawing', picture({ mediaType: 'image/svg+xml', name: 'drawing.svg' })],
    ]);
    const {
      html = '',
      text,
      attachments,
    } = await mailOf(
      { kind: 'carousel', cards: [card('small'), card('large'), card('drawing'), card('small')] },
      { media },
    );
    expect(attachments.map(({ disposition, filename }) => [disposition, filename])).toEqual([
      ['inline', 'photo.png'],
      ['attachment', 'drawing.svg'],
    ]);
    expect(html).toContain('<a href="https://gateway.test/media/large?sig=y">Image: The large</a>');
    expect(text).toContain('Image: The large: https://gateway.test/media/large?sig=y');
  });

  it('holds the text of a carousel above its cards: one mail, not two', () => {
    const content: Content = {
      kind: 'carousel',
      text: 'New this week',
      cards: [{ title: 'Cup' }, { title: 'Bowl' }],
    };
    const { parts } = adapt(content, manifest.capabilities, {
      messageId: 'msg_1',
      connector: 'email',
      mediaUrl: (id) => id,
    });
    expect(parts).toEqual([{ content }]);
  });

  it('fails where a picture cannot be had', async () => {
    const gone = new Map([['med_1', picture({ read: () => Promise.reject(new Error('gone')) })]]);
    for (const media of [gone, new Map<string, OutboundMedia>()])
      expect(await compose(request(order, { media }), account, nowMs)).toMatchObject({
        failure: { code: 'media_unavailable' },
      });
  });

  it('its heading is the subject of a first mail only, on one line', async () => {
    const content: Content = {
      kind: 'status',
      subject: 'Your\r\nBcc: eve@example.com\u0000 parcel',
      state: 'x',
    };
    expect((await mailOf(content)).subject).toBe('Your Bcc: eve@example.com parcel');
    expect((await mailOf(content)).headers.some(({ key }) => key === 'bcc')).toBe(false);
    expect((await mailOf(content, { subject: 'Hours', thread: ['<a@b.test>'] })).subject).toBe('Re: Hours');
  });

  it('speaks the account’s language where the consumer’s is not known, and English where it has no words', async () => {
    const dutch = mailAccount('acc_1', { address: 'a@shop.test', language: 'nl' });
    const composed = await compose(request(order), dutch, nowMs);
    expect(composed.ok && composed.mail.raw.toString()).toContain('Subject: Bestelling A-1');
    const { html } = await mailOf(order, { language: 'ja' });
    expect(html).toContain('<html lang="en"');
  });
});
