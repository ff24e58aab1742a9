/** Meta's own hosts, from which media come. The token goes nowhere else. */
const metaHosts = /(^|\.)(facebook\.com|fbsbx\.com|fbcdn\.net|whatsapp\.net)$/;

export const mayHoldToken = (url: string, baseUrl: string): boolean =>
  URL.canParse(url) &&
  (new URL(url).origin === new URL(baseUrl).origin ||
    (new URL(url).protocol === 'https:' && metaHosts.test(new URL(url).hostname)));
