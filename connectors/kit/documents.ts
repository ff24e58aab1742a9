/** Documents of one site, by their path there. */
export const documentsAt = (site: string, list: readonly [title: string, path: string, version: string][]) =>
  list.map(([title, path, version]) => ({ title, url: `${site}/${path}`, version }));
