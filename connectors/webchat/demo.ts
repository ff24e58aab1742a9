import type { HookResponse } from '../contract/index.ts';
import type { WebchatAccount } from './manifest.ts';

/**
 * A shop of clay cups that embeds the widget exactly as a merchant would: one script tag, no inline script, a strict
 * Content-Security-Policy. `?lang=fr` for French, `?dir=rtl` to look at it from right to left.
 */
const words = {
  en: {
    title: 'Clay & Tide. Tableware, thrown by hand',
    skip: 'Skip to content',
    nav: ['Cups', 'Bowls', 'Plates', 'Workshop'],
    lead: 'Cups for slow mornings.',
    text: 'Thrown by hand in small batches, glazed with ash and sea salt. Each one a little different, all of them dishwasher safe.',
    ask: 'Ask us anything',
    look: 'See the collection',
    collection: 'From the kiln this week',
    goods: ['Dune cup', 'Tide bowl', 'Moss plate'],
    about: 'About',
    note: 'This is the demo page of your web chat. Write in the chat below: what you send reaches the gateway as a message of a new consumer, and what you answer through the API appears here.',
    embed: 'Embed it on your own pages',
  },
  fr: {
    title: 'Clay & Tide. Vaisselle tournée à la main',
    skip: 'Aller au contenu',
    nav: ['Tasses', 'Bols', 'Assiettes', 'Atelier'],
    lead: 'Des tasses pour les matins lents.',
    text: 'Tournées à la main en petites séries, émaillées à la cendre et au sel marin. Chacune un peu différente, toutes au lave-vaisselle.',
    ask: 'Posez-nous une question',
    look: 'Voir la collection',
    collection: 'Sorties du four cette semaine',
    goods: ['Tasse Dune', 'Bol Marée', 'Assiette Mousse'],
    about: 'À propos',
    note: 'Ceci est la page de démonstration de votre messagerie. Écrivez ci-dessous : votre message arrive à la passerelle comme celui d’un nouveau client, et ce que vous répondez par l’API s’affiche ici.',
    embed: 'À intégrer dans vos pages',
  },
};
const prices = [24, 38, 46];

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

export function demoPage(account: WebchatAccount, query: URLSearchParams): HookResponse {
  const lang = query.get('lang') === 'fr' ? 'fr' : 'en';
  const dir = query.get('dir') === 'rtl' ? 'rtl' : 'ltr';
  const theme = ['light', 'dark'].includes(query.get('theme') ?? '')
    ? ` data-theme="${query.get('theme')}"`
    : '';
  const say = words[lang];
  const { origin, pathname } = new URL(account.hookUrl);
  const prefix = pathname.slice(0, Math.max(0, pathname.indexOf('/hooks/')));
  const assets = escape(`${prefix}/assets/webchat`);
  const key = escape(account.id);
  const price = (amount: number): string =>
    new Intl.NumberFormat(lang, { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 }).format(
      amount,
    );
  const snippet = `<script async src="${origin}${prefix}/assets/webchat/widget.js" data-key="${account.id}"></script>`;
  const body = `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(say.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets}/demo.css">
<script async src="${assets}/demo.js"></script>
<script async src="${assets}/widget.js" data-key="${key}" data-color="#0b5d57"${theme}></script>
</head>
<body>
<header>
<a class="skip" href="#main">${say.skip}</a>
<p class="brand">Clay <span>&amp;</span> Tide</p>
<nav aria-label="${escape(say.collection)}"><ul>${say.nav.map((name) => `<li><a href="#collection">${name}</a></li>`).join('')}</ul></nav>
<p class="languages"><a href="?lang=en" lang="en"${lang === 'en' ? ' aria-current="true"' : ''}>English</a> <a href="?lang=fr" lang="fr"${lang === 'fr' ? ' aria-current="true"' : ''}>Français</a></p>
</header>
<main id="main">
<section class="lead">
<div><h1>${escape(say.lead)}</h1><p>${escape(say.text)}</p>
<p class="actions"><button type="button" data-chat="open">${escape(say.ask)}</button> <a href="#collection">${escape(say.look)}</a></p></div>
<div class="still" aria-hidden="true"><i class="sun"></i><i class="vase"></i><i class="cup"></i><i class="table"></i></div>
</section>
<section id="collection" aria-labelledby="goods"><h2 id="goods">${escape(say.collection)}</h2>
<ul class="goods">${say.goods.map((name, at) => `<li class="good-${at}"><div class="shape" aria-hidden="true"><i></i></div><p><b>${escape(name)}</b><span>${escape(price(prices[at]!))}</span></p></li>`).join('')}</ul></section>
<section class="note" aria-labelledby="about"><h2 id="about">${escape(say.about)}</h2><p>${escape(say.note)}</p><h3>${escape(say.embed)}</h3><pre tabindex="0"><code>${escape(snippet)}</code></pre></section>
</main>
</body>
</html>
`;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy(origin),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body,
  };
}

/** What a merchant's page needs for the widget, and nothing more: no inline script, no inline style, no eval. */
const policy = (gateway: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    `img-src 'self' ${gateway} data: https:`,
    `media-src 'self' ${gateway} https:`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
