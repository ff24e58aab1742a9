import type { SandboxAccount } from './access.ts';
import { magicRecipients } from './magic.ts';

const escaped = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[letter]!,
  );

/** Contents worth trying, each as one `curl` line. */
const tries: [title: string, content: unknown][] = [
  ['Text', { kind: 'text', text: 'Hello! Your order *42* is ready.', format: 'markdown' }],
  [
    'Question',
    {
      kind: 'choice',
      text: 'When shall we deliver?',
      options: [
        { id: 'today', title: 'Today' },
        { id: 'tomorrow', title: 'Tomorrow' },
      ],
    },
  ],
  [
    'Card',
    {
      kind: 'card',
      card: {
        title: 'Table for two',
        subtitle: 'Tonight at 8',
        actions: [{ type: 'reply', id: 'keep', title: 'Keep it' }],
      },
    },
  ],
  [
    'Several answers',
    {
      kind: 'choice',
      text: 'What may we bring you?',
      options: [
        { id: 'bread', title: 'Bread' },
        { id: 'salad', title: 'Salad' },
        { id: 'soup', title: 'Soup' },
      ],
      max_choices: 2,
      none: 'None of these',
    },
  ],
  [
    'Form',
    {
      kind: 'form',
      title: 'Book a table',
      fields: [
        { id: 'name', label: 'Your name', type: 'text', required: true },
        { id: 'guests', label: 'How many of you?', type: 'number', required: true },
        { id: 'day', label: 'Which day?', type: 'date', required: true },
        {
          id: 'seat',
          label: 'Where?',
          type: 'choice',
          options: [
            { id: 'in', title: 'Inside' },
            { id: 'out', title: 'Terrace' },
          ],
        },
      ],
    },
  ],
  [
    'Survey',
    {
      kind: 'survey',
      text: 'How was your evening?',
      scale: { min: 1, max: 5, low: 'Poor', high: 'Great' },
    },
  ],
  [
    'Goods to order',
    {
      kind: 'product',
      items: [
        { id: 'dune', title: 'Dune cup', price: { amount: 2400, currency: 'EUR' } },
        { id: 'tide', title: 'Tide bowl', price: { amount: 3800, currency: 'EUR' } },
      ],
    },
  ],
  [
    'Payment',
    {
      kind: 'payment_request',
      reference: 'ORDER-42',
      amount: { amount: 6200, currency: 'EUR' },
      url: 'https://pay.example/order-42',
      description: 'Order 42',
    },
  ],
  [
    'Place',
    { kind: 'location', latitude: 48.8583, longitude: 2.2945, name: 'Eiffel Tower', address: 'Paris' },
  ],
];

/** A single-quoted shell word. */
const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const curlLine = (origin: string, content: unknown): string =>
  [
    `curl ${origin}/v1/messages`,
    `-H "Authorization: Bearer $KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d ${shellWord(JSON.stringify({ to: 'sandbox:alice', content }))}`,
  ].join(' \\\n  ');

const tryItem = (origin: string, [title, content]: (typeof tries)[number], index: number): string => `
      <details class="try" name="try"${index === 0 ? ' open' : ''}>
        <summary>${escaped(title)}</summary>
        <div class="code"><pre tabindex="0" aria-label="${escaped(title)} as a curl line"><code>${escaped(curlLine(origin, content))}</code></pre>
        <button type="button" class="copy" data-copy>Copy</button></div>
      </details>`;

const magicItem = ([name, { does }]: [string, { does: string }]): string => `
        <li><button type="button" class="magic" data-copy="sandbox:${escaped(name)}" title="Copy sandbox:${escaped(name)}">${escaped(name)}</button><span>${escaped(does)}</span></li>`;

/** The page. What the scripts need to know stands in data attributes; there is no inline script and no inline style. */
export function phoneHtml(account: SandboxAccount): string {
  const origin = new URL(account.hookUrl).origin;
  const name = account.config.name ?? 'Your merchant';
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
  <meta name="color-scheme" content="light dark">
  <title>Sandbox phone · ${escaped(name)}</title>
  <link rel="icon" href="/assets/sandbox/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/sandbox/phone.css">
  <link rel="stylesheet" href="/assets/sandbox/bubbles.css">
  <link rel="stylesheet" href="/assets/sandbox/asks.css">
  <script type="module" src="/assets/sandbox/phone.js"></script>
</head>
<body data-merchant="${escaped(name)}">
<div class="desk">
  <aside class="panel people" id="people" aria-label="Consumers">
    <header class="brand"><img src="/assets/sandbox/icon.svg" alt="" width="28" height="28"><div><strong>Passerelle</strong><span>sandbox phone</span></div></header>
    <p class="lead">You are the consumer. Pick who you are, and talk to <b>${escaped(name)}</b>.</p>
    <ul class="people-list" data-people></ul>
    <form class="join" data-join>
      <label for="join">Be somebody else</label>
      <div class="field"><span aria-hidden="true">sandbox:</span><input id="join" name="name" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="64" placeholder="dora" pattern="[A-Za-z0-9][A-Za-z0-9._+\\-]*" required><button type="submit">Go</button></div>
    </form>
  </aside>

  <main class="device" aria-label="Phone">
    <div class="screen">
      <div class="bar" aria-hidden="true"><time data-clock></time><span class="island"></span><span class="signals"><i></i><i></i><i></i><i></i><b></b></span></div>
      <header class="peer">
        <span class="avatar merchant" aria-hidden="true" data-merchant-avatar></span>
        <div><h1>${escaped(name)}</h1><p data-presence role="status">connecting…</p></div>
        <a class="whoami" href="#people"><span>you are</span><b data-me></b></a>
      </header>
      <div class="thread" data-thread role="log" aria-live="polite" aria-label="Conversation" tabindex="0"></div>
      <div class="sheet" data-sheet role="dialog" aria-modal="false" aria-label="Options" hidden></div>
      <form class="composer" data-composer>
        <div class="menu" data-menu hidden>
          <button type="button" data-add="file">Photo or file</button>
          <button type="button" data-add="location">Location</button>
          <button type="button" data-add="contact">Contact</button>
        </div>
        <input type="file" data-file hidden aria-label="Photo or file">
        <button type="button" class="round add" data-plus aria-label="Add" aria-expanded="false"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v14M5 12h14"/></svg></button>
        <textarea data-text rows="1" maxlength="4096" placeholder="Message" aria-label="Message"></textarea>
        <button type="submit" class="round send" aria-label="Send" disabled><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M6 11l6-6 6 6"/></svg></button>
      </form>
    </div>
  </main>

  <aside class="panel next" aria-label="What to try next">
    <section>
      <h2>Send something</h2>
      <p class="hint">From a terminal, with your test key in <code>$KEY</code>:</p>${tries.map((entry, index) => tryItem(origin, entry, index)).join('')}
    </section>
    <section>
      <h2>Magic recipients</h2>
      <p class="hint">Send to <code>sandbox:</code> and one of these to see each outcome. Add <code>+anything</code> for more of them.</p>
      <ul class="magics">${Object.entries(magicRecipients).map(magicItem).join('')}
      </ul>
    </section>
    <p class="links"><a href="/docs">API reference</a></p>
  </aside>
</div>
<noscript><p class="noscript">The phone needs JavaScript.</p></noscript>
</body>
</html>
`;
}
