import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Paints text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours only on a terminal, and only where they are wanted (NO_COLOR). */
export const painter = (wanted: boolean, stream: { isTTY?: boolean }): Paint => {
  if (!wanted || !stream.isTTY) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
};

/** Takes out what could steer a terminal: whatever came from a network is shown through this. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '·');

/** A text that leads to an address, on a terminal (OSC 8: one that doesn't know it shows the text); elsewhere the address. */
export const linked = (paint: Paint, text: string, url: string): string =>
  paint('dim', text) === text ? url : `\u001B]8;;${url}\u001B\\${paint('dim', text)}\u001B]8;;\u001B\\`;

/** Shortens to a number of characters, with an ellipsis. */
export const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
