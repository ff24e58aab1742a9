import { escapeHtml } from './html.ts';

/** The frame of an HTML mail. `head` is trusted HTML, made by us. */
export interface Page {
  title: string;
  language: string;
  head?: string;
  body: string;
  /** A sheet of its own on a ground, for letters; else just the words, as a person writes, in the reader's own colours. */
  sheet: boolean;
}

/**
 * Light colours stand inline, for programs that drop style sheets; the dark ones follow the reader's setting. Programs that turn
 * colours over by themselves find a light design with full contrast, which they do well.
 */
export const colour = {
  ground: '#f2f3f6',
  sheet: '#ffffff',
  text: '#1d212b',
  muted: '#596073',
  line: '#e2e5eb',
  accent: '#1c4fd6',
  onAccent: '#ffffff',
  tint: '#e9eeff',
  onTint: '#1a3a94',
} as const;

const style = `:root{color-scheme:light dark;supported-color-schemes:light dark}
.sheet a{color:${colour.accent}}
h1,h2,h3{line-height:1.25}
img{border:0}
@media (max-width:480px){.sheet{padding:22px 18px!important;border-radius:10px!important}.ground{padding:10px 8px!important}.button{display:block!important;margin-inline-end:0!important;text-align:center!important}}
@media (prefers-color-scheme:dark){.ground{background:#0f1116!important}.sheet{background:#1a1d25!important;border-color:#2b303c!important}.sheet .text,.sheet{color:#eceef4!important}.sheet .muted{color:#a8afbf!important}.sheet .line,.sheet .card{border-color:#333947!important}.sheet .pill{background:#263260!important;color:#cfdaff!important}.sheet a{color:#a9c0ff}.sheet .button{background:#a9c0ff!important;color:#0d1530!important}.sheet .second{background:#263260!important;color:#cfdaff!important}}`;

const font = `system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif`;

const rightToLeft = /^(?:ar|he|fa|ur)\b/i;

/** Outlook for Windows knows no max-width: it gets a table of that width around the sheet, which nobody else sees. */
const widthForOutlook = (body: string): string =>
  `<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
${body}
<!--[if mso]></td></tr></table><![endif]-->`;

export function htmlPage({ title, language, head = '', body, sheet }: Page): string {
  const said = escapeHtml(title);
  const inside = sheet
    ? `<div class="ground" style="background:${colour.ground};padding:28px 12px">
${widthForOutlook(`<div class="sheet text" style="max-width:536px;margin:0 auto;padding:32px;background:${colour.sheet};color:${colour.text};border:1px solid ${colour.line};border-radius:14px">
${body}
</div>`)}
</div>`
    : `<div style="max-width:40em;padding:16px">
${body}
</div>`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${rightToLeft.test(language) ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${said}</title>
<style>
${style}
</style>
${head}
</head>
<body${sheet ? ' class="ground"' : ''} style="margin:0;padding:0;${sheet ? `background:${colour.ground};` : ''}font:16px/1.55 ${font};overflow-wrap:anywhere">
<div role="article" aria-roledescription="email" aria-label="${said}" lang="${escapeHtml(language)}">
${inside}
</div>
</body>
</html>
`;
}
