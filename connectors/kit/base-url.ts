import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ }).max(512);

/** The configuration field `base_url`: where a platform's interface answers. The slash at its end doesn't matter (`urlUnder`). */
export const baseUrl = (says: string) => url.describe(says);

/** The same for platforms with one address for all; another one is for regions, proxies and tests. */
export const baseUrlOr = (usual: string, says: string) => url.default(usual).describe(says);
