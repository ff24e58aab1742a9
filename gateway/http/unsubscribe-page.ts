import { createHash } from 'node:crypto';

interface Words {
  question: (name: string) => string;
  about: string;
  confirm: string;
  done: string;
  doneAbout: (name: string) => string;
  gone: string;
  goneAbout: string;
}

const en: Words = {
  question: (name) => `Stop messages from ${name}?`,
  about: 'You will get no more messages from them on this channel. They are told at once.',
  confirm: 'Unsubscribe',
  done: 'You are unsubscribed',
  doneAbout: (name) => `${name} sends you no more messages on this channel. You can close this page.`,
  gone: 'This link does not work any more',
  goneAbout: 'It is not whole, or too old. Answer one of the messages with STOP instead.',
};

const byLanguage: Record<string, Words> = {
  en,
  fr: {
    question: (name) => `Ne plus recevoir de messages de ${name} ?`,
    about: 'Vous ne recevrez plus de messages de sa part par ce canal. C’est immédiat.',
    confirm: 'Se désabonner',
    done: 'Vous êtes désabonné',
    doneAbout: (name) =>
      `${name} ne vous enverra plus de messages par ce canal. Vous pouvez fermer cette page.`,
    gone: 'Ce lien ne fonctionne plus',
    goneAbout: 'Il est incomplet ou trop ancien. Répondez STOP à l’un des messages.',
  },
  de: {
    question: (name) => `Keine Nachrichten mehr von ${name}?`,
    about: 'Sie erhalten von dort auf diesem Weg keine Nachrichten mehr. Das gilt sofort.',
    confirm: 'Abmelden',
    done: 'Sie sind abgemeldet',
    doneAbout: (name) =>
      `${name} sendet Ihnen auf diesem Weg keine Nachrichten mehr. Sie können diese Seite schließen.`,
    gone: 'Dieser Link funktioniert nicht mehr',
    goneAbout:
      'Er ist unvollständig oder zu alt. Antworten Sie stattdessen mit STOP auf eine der Nachrichten.',
  },
  es: {
    question: (name) => `¿Dejar de recibir mensajes de ${name}?`,
    about: 'No recibirá más mensajes suyos por este canal. Se aplica de inmediato.',
    confirm: 'Darse de baja',
    done: 'Se ha dado de baja',
    doneAbout: (name) => `${name} no le enviará más mensajes por este canal. Puede cerrar esta página.`,
    gone: 'Este enlace ya no funciona',
    goneAbout: 'Está incompleto o es demasiado antiguo. Responda STOP a uno de los mensajes.',
  },
  it: {
    question: (name) => `Non ricevere più messaggi da ${name}?`,
    about: 'Non riceverà più messaggi da parte sua su questo canale. Vale da subito.',
    confirm: 'Annulla l’iscrizione',
    done: 'Iscrizione annullata',
    doneAbout: (name) => `${name} non le invierà più messaggi su questo canale. Può chiudere questa pagina.`,
    gone: 'Questo link non funziona più',
    goneAbout: 'È incompleto o troppo vecchio. Risponda STOP a uno dei messaggi.',
  },
  pt: {
    question: (name) => `Deixar de receber mensagens de ${name}?`,
    about: 'Não receberá mais mensagens por este canal. É imediato.',
    confirm: 'Cancelar a subscrição',
    done: 'A subscrição foi cancelada',
    doneAbout: (name) => `${name} não lhe envia mais mensagens por este canal. Pode fechar esta página.`,
    gone: 'Esta ligação já não funciona',
    goneAbout: 'Está incompleta ou é demasiado antiga. Responda STOP a uma das mensagens.',
  },
  nl: {
    question: (name) => `Geen berichten meer van ${name}?`,
    about: 'U krijgt via dit kanaal geen berichten meer van deze afzender. Dat gaat meteen in.',
    confirm: 'Afmelden',
    done: 'U bent afgemeld',
    doneAbout: (name) => `${name} stuurt u via dit kanaal geen berichten meer. U kunt deze pagina sluiten.`,
    gone: 'Deze link werkt niet meer',
    goneAbout: 'Hij is niet volledig of te oud. Antwoord STOP op een van de berichten.',
  },
};

/** The first language of `Accept-Language` that the page is written in, else English. Weights are almost always in order. */
function languageOf(accepted: string | undefined): string {
  for (const tag of (accepted ?? '').slice(0, 500).split(',')) {
    const language = tag.trim().split(/[-;]/, 1)[0]!.toLowerCase();
    if (Object.hasOwn(byLanguage, language)) return language;
  }
  return 'en';
}

const style = `:root{color-scheme:light dark;--ground:#f2f3f6;--sheet:#fff;--text:#1d212b;--muted:#596073;--line:#e2e5eb;--accent:#1c4fd6;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ground:#0f1116;--sheet:#1a1d25;--text:#eceef4;--muted:#a8afbf;--line:#2b303c;--accent:#a9c0ff;--on:#0d1530}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:20px;background:var(--ground);color:var(--text);font:17px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere}
main{width:100%;max-width:27rem;padding:2rem;background:var(--sheet);border:1px solid var(--line);border-radius:16px}
h1{margin:0 0 .6rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;text-wrap:balance}
p{margin:0;color:var(--muted)}
form{margin-top:1.6rem}
button{width:100%;padding:.85rem 1.2rem;border:0;border-radius:10px;background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
button:hover{filter:brightness(1.08)}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}`;

/** No script, no picture, nothing from elsewhere; the one style sheet by its hash. */
const policy = [
  "default-src 'none'",
  "script-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  // the empty icon, so that no browser asks for one
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const pageHeaders = {
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
} as const;

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** `ask`: GET of a good link; `done`: it holds; `gone`: not a link (any more). */
export type UnsubscribePage = { state: 'ask' | 'done'; merchantName: string } | { state: 'gone' };

export function unsubscribePage(page: UnsubscribePage, acceptedLanguages: string | undefined): string {
  const language = languageOf(acceptedLanguages);
  const words = byLanguage[language] ?? en;
  const { title, about, form } = said(page, words);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p>${escape(about)}</p>
${form}
</main>
</body>
</html>
`;
}

function said(page: UnsubscribePage, words: Words): { title: string; about: string; form: string } {
  switch (page.state) {
    case 'ask':
      return {
        title: words.question(page.merchantName),
        about: words.about,
        // the same body that a mail program posts (RFC 8058)
        form: `<form method="post"><button name="List-Unsubscribe" value="One-Click">${escape(words.confirm)}</button></form>`,
      };
    case 'done':
      return { title: words.done, about: words.doneAbout(page.merchantName), form: '' };
    case 'gone':
      return { title: words.gone, about: words.goneAbout, form: '' };
  }
}
