import type { Manifest } from '../../contract/index.ts';
import { mailCapabilities } from './capabilities.ts';

/** What all providers of mail have in common; they tell of deliveries and failures. */
export const mailManifest = <Config, Credentials>(
  maxAttachmentBytes: number,
  own: Pick<
    Manifest<Config, Credentials, undefined>,
    'name' | 'title' | 'config' | 'credentials' | 'documents'
  >,
): Manifest<Config, Credentials, undefined> => ({
  ...own,
  channel: 'email',
  schemes: ['mailto'],
  capabilities: mailCapabilities(maxAttachmentBytes, ['delivered', 'failed']),
  rate: { perSecond: 10, concurrency: 5 },
});
