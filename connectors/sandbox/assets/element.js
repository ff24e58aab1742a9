/** Builds an element. Text goes in as text nodes only, so nothing a merchant or consumer writes becomes markup. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else element.setAttribute(name, value);
  }
  element.append(
    ...children.flat().filter((child) => child !== undefined && child !== false && child !== ''),
  );
  return element;
}

/** A stroked icon from one path. */
export function icon(path, className) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  if (className) svg.setAttribute('class', className);
  const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  drawn.setAttribute('d', path);
  svg.append(drawn);
  return svg;
}

/** Only addresses that open a page, a mail or a call become links. */
export const safeUrl = (url) => (/^(https?:\/\/|mailto:|tel:)/i.test(url) ? url : undefined);

export const initials = (name) =>
  name
    .split(/[\s._+-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join('');

/** One of eight hues, the same for the same name. */
export const hue = (name) =>
  `hue-${[...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % 8}`;
