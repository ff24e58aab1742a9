import { startEmulator } from './emulator.ts';
import type { Answer, Emulator, Recorded } from './emulator.ts';
import { Hooks } from './meta/callbacks.ts';
import { graphError, noSuchThing, Refused, wrongToken } from './meta/graph.ts';
import type { Refusal } from './meta/graph.ts';
import { MessengerPlatform } from './meta/messenger.ts';
import { WhatsAppPlatform, whatsAppFaults } from './meta/whatsapp.ts';
import type { Template } from './meta/whatsapp-rules.ts';

/**
 * Meta's Graph API on loopback, for both products at once: it refuses what Meta refuses, in Meta's shape, calls back signed, and
 * plays the consumers. `meta.whatsapp.user('+33639980001').writes('Bonjour')`.
 */
export interface MetaEmulatorOptions {
  appSecret?: string;
  whatsapp?: { accessToken?: string; phoneNumberId?: string; wabaId?: string; templates?: Template[] };
  messenger?: { accessToken?: string; pageId?: string };
  /** Unix milliseconds; the window is counted by it. */
  now?: () => number;
  /** Tries of one call-back, and the pause before the first repeat, which then doubles. */
  attempts?: number;
  retryMs?: number;
  /** Escapes what is not ASCII before signing. */
  escape?: boolean;
}

export interface MetaEmulator extends Emulator {
  whatsapp: WhatsAppPlatform;
  messenger: MessengerPlatform;
  /** What goes into an account's configuration and credentials; `verify_token` is the merchant's own. */
  accounts: {
    whatsapp: { config: Record<string, string>; credentials: Record<string, string> };
    messenger: { config: Record<string, string>; credentials: Record<string, string> };
  };
  /** The next send is refused with this, in the Graph API's shape. */
  refuseNext(refusal: Refusal): void;
  /** Resolves when no call-back is under way. */
  settled(): Promise<void>;
}

export async function startMetaEmulator(options: MetaEmulatorOptions = {}): Promise<MetaEmulator> {
  const {
    appSecret = 'emulated-app-secret',
    now = Date.now,
    attempts = 5,
    retryMs = 50,
    escape = false,
  } = options;
  const {
    accessToken = 'EAAwhatsapp',
    phoneNumberId = '100200300400',
    wabaId = '500600700800',
    templates = [],
  } = options.whatsapp ?? {};
  const { accessToken: pageToken = 'EAAmessenger', pageId = '900800700600' } = options.messenger ?? {};
  const hooks = () => new Hooks({ appSecret, attempts, retryMs, escape });
  const due: Refusal[] = [];
  // the platforms ask for these only once the server runs
  const shared = { nowMs: now, callbacks: () => emulator.callbacks, baseUrl: () => emulator.url };
  const whatsapp = new WhatsAppPlatform(
    { ...shared, accessToken, phoneNumberId, wabaId, templates },
    hooks(),
  );
  const messenger = new MessengerPlatform({ ...shared, accessToken: pageToken, pageId }, hooks());

  const pathOf = (call: Recorded) => {
    const { pathname } = new URL(call.path, 'http://graph.test');
    const [version = '', ...path] = pathname.split('/').slice(1).map(decodeURIComponent);
    return { pathname, version, path };
  };
  async function answer(call: Recorded): Promise<Answer> {
    const { pathname, version, path } = pathOf(call);
    if (version === 'attachments') return messenger.file(path[0] ?? '') ?? { status: 404, body: 'not found' };
    if (!/^v\d+\.\d$/.test(version))
      return graphError({ code: 2500, message: `Unknown path components: ${pathname}` });
    const product = path[0] === pageId ? messenger : whatsapp;
    if (call.headers.authorization !== `Bearer ${product.options.accessToken}`) return wrongToken;
    const refusal = path[1] === 'messages' ? due.shift() : undefined;
    if (refusal) return graphError(refusal);
    try {
      return (await product.answer(call, path)) ?? noSuchThing(path[0] ?? '');
    } catch (error) {
      if (error instanceof Refused) return graphError(error.refusal);
      throw error;
    }
  }

  // code 2 and a bare 429 mean the same to both products
  const beside = (call: Recorded) => messenger.profile(call, pathOf(call).path);
  const emulator = await startEmulator({ answer, beside, faults: whatsAppFaults });
  const common = { base_url: emulator.url, api_version: 'v25.0' };
  // not a copy: `callbacks` is a field of the emulator's that tests set
  return Object.assign(emulator, {
    whatsapp,
    messenger,
    accounts: {
      whatsapp: {
        config: { ...common, phone_number_id: phoneNumberId, waba_id: wabaId },
        credentials: {
          access_token: accessToken,
          app_secret: appSecret,
          verify_token: 'emulated-verify-token',
        },
      },
      messenger: {
        config: { ...common, page_id: pageId },
        credentials: {
          page_access_token: pageToken,
          app_secret: appSecret,
          verify_token: 'emulated-verify-token',
        },
      },
    },
    refuseNext: (refusal: Refusal) => void due.push(refusal),
    settled: async () => {
      await Promise.all([whatsapp.hooks.settled(), messenger.hooks.settled()]);
    },
    close: closing(emulator, [whatsapp.hooks, messenger.hooks]),
  });
}

const closing =
  ({ close }: Emulator, hooks: Hooks[]) =>
  async (): Promise<void> => {
    for (const hook of hooks) hook.close();
    await close();
  };
