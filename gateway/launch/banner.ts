import type { Paint } from '../cli/terminal.ts';

/** What a start shows. Addresses are whole, so that a terminal makes links of them. */
export interface Banner {
  url: string;
  /** The page with the web chat. */
  demoUrl: string;
  /** The sandbox's phone-like page. */
  phoneUrl: string;
  docsUrl: string;
  /** Of the sandbox merchant. */
  testKey?: string | undefined;
  /** Only where it was made just now: it is not shown again. */
  adminKey?: string | undefined;
  /** One line, to be pasted. */
  curl: string;
  dataFolder: string;
  /** The data folder was empty before. */
  first: boolean;
}

/** The banner, with an empty line before and after. The `curl` line is never broken or indented: it has to survive copying. */
export function renderBanner(banner: Banner, paint: Paint): string {
  const rows: [string, string][] = [
    ['Web chat', banner.demoUrl],
    ['Phone', banner.phoneUrl],
    ['Reference', banner.docsUrl],
    ...(banner.testKey ? [['Test key', banner.testKey] satisfies [string, string]] : []),
    ...(banner.adminKey ? [['Admin key', banner.adminKey] satisfies [string, string]] : []),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    '',
    `  ${paint('bold', 'Passerelle')} ${paint('green', 'is ready')} at ${paint('cyan', banner.url)}`,
    '',
    ...rows.map(
      ([label, value]) =>
        `  ${paint('dim', label.padEnd(width))}  ${paint(value.startsWith('http') ? 'cyan' : 'bold', value)}`,
    ),
    ...(banner.adminKey
      ? [`  ${' '.repeat(width)}  ${paint('dim', 'keep the admin key: it is not shown again')}`]
      : []),
    '',
    `  ${paint('dim', 'A first message; the phone shows it:')}`,
    '',
    banner.curl,
    '',
    `  ${paint('dim', `${banner.first ? 'Data is kept in' : 'Data found in'} ${banner.dataFolder}`)}`,
    '',
    '',
  ].join('\n');
}
