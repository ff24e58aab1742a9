/** Mails that break readers of MIME, after the cases of RFC 2045-2049's own torture tests. All written for this project. */
const head =
  'From: Ada <ada@example.com>\r\nTo: desk@attacked.example\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n';
let made = 0;
const mail = (headers: string, body: string | Buffer = 'x\r\n'): Buffer =>
  Buffer.concat([
    Buffer.from(`${head}Message-ID: <torture-${++made}@example.com>\r\n${headers}\r\n`),
    Buffer.from(body),
  ]);
const type = (value: string) => `Content-Type: ${value}\r\n`;
const multi = (boundary: string, subtype = 'mixed') => type(`multipart/${subtype}; boundary="${boundary}"`);

const nested = (depth: number, subtype: string, closed: boolean): string => {
  const open = Array.from({ length: depth }, (_, i) => `${multi(`b${i}`, subtype)}\r\n--b${i}\r\n`).join('');
  const close = Array.from({ length: depth }, (_, i) => `\r\n--b${depth - 1 - i}--\r\n`).join('');
  return `${open}Content-Type: text/plain\r\n\r\ndeep${closed ? close : ''}`;
};
const asMail = (text: string): Buffer => {
  const at = text.indexOf('\r\n\r\n');
  return mail(`${text.slice(0, at)}\r\n`, text.slice(at + 4));
};

export const tortureMails: [string, () => Buffer][] = Object.entries({
  '40 multiparts in one another': () => asMail(nested(40, 'mixed', true)),
  '600 multiparts in one another': () => asMail(nested(600, 'mixed', true)),
  '600 alternatives in one another, none ended': () => asMail(nested(600, 'alternative', false)),
  '300 parts of related and one boundary for all': () =>
    mail(multi('b', 'related'), `--b\r\n${multi('b', 'related')}\r\n`.repeat(300)),
  '50,000 empty parts': () => mail(multi('b'), `${'--b\r\n\r\n'.repeat(50_000)}--b--\r\n`),
  'parts of 50,000 attachments': () =>
    mail(
      multi('b'),
      `${'--b\r\nContent-Disposition: attachment; filename=a\r\n\r\na\r\n'.repeat(50_000)}--b--\r\n`,
    ),
  'a boundary that is the beginning of another': () =>
    mail(multi('b'), `--b\r\n${multi('bb')}\r\n--bb\r\n\r\na\r\n--bb--\r\n--b--\r\n`),
  'an empty boundary': () => mail(type('multipart/mixed; boundary=""'), '--\r\n\r\na\r\n----\r\n'),
  'no boundary': () => mail(type('multipart/mixed'), '--b\r\n\r\na\r\n--b--\r\n'),
  'a boundary of 100,000': () => mail(multi('b'.repeat(100_000)), `--${'b'.repeat(100_000)}\r\n\r\na`),
  'a boundary that never comes': () => mail(multi('never'), 'a\r\n'.repeat(50_000)),
  'a boundary of signs of a pattern': () => mail(multi('(.*)+$'), '--(.*)+$\r\n\r\na\r\n--(.*)+$--\r\n'),
  'only the end of a boundary': () => mail(multi('b'), '--b--\r\n'),
  'a boundary with spaces behind it': () => mail(multi('b'), '--b   \t\r\n\r\na\r\n--b--   \r\n'),
  '100,000 lines that almost are the boundary': () =>
    mail(multi('b'), '--b-\r\n--c\r\n- -b\r\n'.repeat(33_000)),
  'two types': () =>
    mail(type('text/plain') + type('multipart/mixed; boundary=b'), '--b\r\n\r\na\r\n--b--\r\n'),
  'a type that is none': () => mail(type('////;;;===')),
  'a type of 100,000 parameters': () => mail(type(`text/plain${'; a=b'.repeat(100_000)}`)),
  'a parameter in 10,000 pieces': () =>
    mail(
      `Content-Disposition: attachment${Array.from({ length: 10_000 }, (_, i) => `;\r\n filename*${i}*=a`).join('')}\r\n`,
    ),
  'pieces of a parameter out of order, with gaps': () =>
    mail("Content-Disposition: attachment; filename*9=b; filename*0*=utf-8''%ff%; filename*4294967295=c\r\n"),
  'quotes without an end': () => mail(type(`text/plain; charset="utf-8${'\\"'.repeat(50_000)}`)),
  '100,000 headers': () => mail('X-A: b\r\n'.repeat(100_000)),
  '100,000 headers of one name that counts': () => mail('References: <a@example.com>\r\n'.repeat(50_000)),
  'a header of 2 MB': () => mail(`X-Long: ${'a'.repeat(2 << 20)}\r\n`),
  'a header in 100,000 lines': () => mail(`X-Folded: a${'\r\n b'.repeat(100_000)}\r\n`),
  'a header line without a colon': () => mail('no colon here\r\n: no name\r\nX Y: z\r\n'),
  'headers with NULs and controls': () => mail('Subject: a\u0000b\u0007c\u001bd\r\nX-\u0000: y\r\n'),
  'line feeds and carriage returns alone': () => mail('Subject: a\rb\nX: c\n', 'd\re\nf'),
  'headers only': () => Buffer.from(`${head}Subject: end`),
  '20,000 encoded words': () => mail(`Subject: ${'=?utf-8?B?w6k=?=\r\n '.repeat(20_000)}\r\n`),
  'encoded words that never end': () => mail(`Subject: ${'=?utf-8?Q?='.repeat(50_000)}\r\n`),
  'an encoded word in an unknown charset': () =>
    mail('Subject: =?x-none?B?/////w==?= =?utf-8?X?a?= =??Q??=\r\n'),
  'an encoded word that hides a header': () => mail('Subject: =?utf-8?Q?a=0D=0ABcc:_b@example.com?=\r\n'),
  'half a character in each encoded word': () => mail('Subject: =?utf-8?B?w6=?= =?utf-8?B?qQ==?=\r\n'),
  'base64 of garbage': () =>
    mail(
      `${type('application/pdf')}Content-Transfer-Encoding: base64\r\n`,
      '%%%%====!\r\n~~~\r\n'.repeat(50_000),
    ),
  'base64 with spaces everywhere': () =>
    mail('Content-Transfer-Encoding: base64\r\n', 'Q U J D\r\n'.repeat(50_000)),
  'base64 of a multipart': () =>
    mail(
      `${multi('b')}Content-Transfer-Encoding: base64\r\n`,
      Buffer.from('--b\r\n\r\na\r\n--b--').toString('base64'),
    ),
  'quoted-printable of garbage': () =>
    mail('Content-Transfer-Encoding: quoted-printable\r\n', '=ZZ=\r\n=4=\u0000=='.repeat(50_000)),
  'quoted-printable of one line of 2 MB': () =>
    mail('Content-Transfer-Encoding: quoted-printable\r\n', '=41'.repeat(700_000)),
  'an unknown transfer encoding': () => mail('Content-Transfer-Encoding: x-zip\r\n', 'a'),
  uuencode: () => mail(type('text/plain'), 'begin 644 ../../a\r\n#0V%T\r\n`\r\nend\r\n'),
  'a charset that lies: UTF-8': () =>
    mail(type('text/plain; charset=utf-8'), Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80])),
  'a charset that lies: UTF-16': () => mail(type('text/plain; charset=utf-16'), 'odd'),
  'a charset that lies: ISO-2022-JP': () =>
    mail(type('text/plain; charset=iso-2022-jp'), '\u001b$B\u001b(J\u001b\u001b'),
  'UTF-7': () => mail(type('text/plain; charset=utf-7'), '+ADw-script+AD4-'),
  'a charset of 10,000': () => mail(type(`text/plain; charset=${'x'.repeat(10_000)}`)),
  '10,000 recipients': () =>
    mail(`Cc: ${Array.from({ length: 10_000 }, (_, i) => `r${i}@example.com`).join(',\r\n ')}\r\n`),
  '10,000 recipients in groups': () => mail(`Cc: ${'g: a@example.com, b@example.com;'.repeat(5000)}\r\n`),
  '1,000 comments in one another': () =>
    mail(`Reply-To: ${'('.repeat(1000)}a${')'.repeat(1000)} <a@example.com>\r\n`),
  '100,000 open brackets': () => mail(`Cc: ${'<'.repeat(100_000)}\r\nReply-To: ${'('.repeat(100_000)}\r\n`),
  'quotes and commas without an end': () => mail(`Cc: ${'"a\\", '.repeat(30_000)}\r\n`),
  'a sender that is none': () => Buffer.from('From: \r\nFrom: <>\r\nFrom: undisclosed:;\r\n\r\nx'),
  'a sender of 100,000': () => Buffer.from(`From: ${'a'.repeat(100_000)}@example.com\r\n\r\nx`),
  'a date that is none': () => mail('Date: Tue, 99 Foo 99999 99:99:99 +9999\r\n'),
  'a date of 100,000': () => mail(`Date: ${'(a)'.repeat(30_000)} 1 Jan 2026\r\n`),
  '200 mails in one another': () =>
    asMail(`${`${type('message/rfc822')}\r\n`.repeat(200)}Subject: inner\r\n\r\nx`),
  '3,000 mails in one another': () =>
    asMail(`${`${type('message/rfc822')}\r\n`.repeat(3000)}Subject: inner\r\n\r\nx`),
  'mails in multiparts in mails': () =>
    asMail(
      `${Array.from({ length: 100 }, (_, i) => `${multi(`m${i}`)}\r\n--m${i}\r\n${type('message/rfc822')}\r\n`).join('')}Subject: inner\r\n\r\nx`,
    ),
  'a part of a message that isn’t here': () => mail(type('message/partial; number=1; total=99999; id=a')),
  'a body elsewhere': () => mail(type('message/external-body; access-type=local-file; name="/etc/hostname"')),
  'a calendar without an end': () => mail(type('text/calendar'), 'BEGIN:VEVENT\r\n'.repeat(50_000)),
  'a calendar of one folded line': () =>
    mail(type('text/calendar'), `BEGIN:VCALENDAR\r\nSUMMARY:a${'\r\n b'.repeat(50_000)}`),
  'a report of nothing': () =>
    mail(
      multi('b', 'report; report-type=delivery-status'),
      `--b\r\n${type('message/delivery-status')}\r\n${'Status: 9.9.9\r\n\r\n'.repeat(30_000)}--b--`,
    ),
  'HTML, 20,000 elements in one another': () => mail(type('text/html'), '<blockquote>'.repeat(20_000)),
  'HTML of 100,000 entities': () => mail(type('text/html'), '&lt;'.repeat(100_000)),
  'HTML with an attribute without an end': () => mail(type('text/html'), `<a href="${'x'.repeat(500_000)}`),
  'HTML of comments without an end': () => mail(type('text/html'), '<!--'.repeat(100_000)),
  'HTML of open brackets': () => mail(type('text/html'), '<'.repeat(200_000)),
  'HTML, tables in tables': () => mail(type('text/html'), '<table><tr><td>'.repeat(5000)),
  'a quote 100,000 levels deep': () => mail(type('text/plain'), `${'>'.repeat(100_000)} a\r\n`),
  '50,000 lines of quotes': () => mail(type('text/plain'), '> a\r\nOn Mon, B wrote:\r\n'.repeat(25_000)),
  'flowed text of one paragraph': () =>
    mail(type('text/plain; format=flowed; delsp=yes'), 'a \r\n'.repeat(100_000)),
  'a signature without an end': () => mail(type('multipart/signed; boundary=b; micalg=x'), '--b\r\n\r\na'),
  'an enriched part': () => mail(type('text/enriched'), '<bold>'.repeat(20_000)),
  'a file name that leaves': () =>
    mail(
      `${type('application/octet-stream; name="../../../a"')}Content-Disposition: attachment; filename="..\\..\\a\u0000.exe"\r\n`,
    ),
  'nothing but line breaks': () => Buffer.from('\r\n'.repeat(100_000)),
  'nothing but NULs': () => Buffer.alloc(200_000),
  'nothing but 0xFF': () => Buffer.alloc(200_000, 0xff),
});
