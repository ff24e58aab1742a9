import { afterEach, beforeEach } from 'vitest';
import { startSmsc } from '../../test/providers/smsc/index.ts';
import type { SmscProcess } from '../../test/providers/smsc/index.ts';
import type { SendOutcome, SendRequest, Session } from '../contract/index.ts';
import type { Config, Credentials } from './manifest.ts';
import { createSessions } from './session.ts';
import { contextOf, testAccount, testHost, textRequest } from './testing.ts';
import type { TestHost } from './testing.ts';
import type { Timing } from './timing.ts';

interface ConnectOptions {
  timing?: Partial<Timing>;
  credentials?: Partial<Credentials>;
  sessions?: ReturnType<typeof createSessions>;
  on?: TestHost;
}

/** A fresh SMSC process and a fresh host for every test of a file; sessions are closed and the process is ended after it. */
export interface Lab {
  smsc: SmscProcess;
  host: TestHost;
  connect(config?: Partial<Config>, options?: ConnectOptions): Promise<Session>;
  send(session: Session, text: string, changed?: Partial<SendRequest>): Promise<SendOutcome>;
}

export function useSmsc(): Lab {
  let open: Session[] = [];
  const lab: Lab = {
    smsc: undefined as unknown as SmscProcess,
    host: undefined as unknown as TestHost,
    async connect(
      config = {},
      { timing = {}, credentials = {}, sessions = createSessions(timing), on = lab.host } = {},
    ) {
      const session = await sessions.open(
        testAccount({ port: lab.smsc.port, ...config }, credentials),
        on.host,
      );
      open.push(session);
      return session;
    },
    send: (session, text, changed = {}) => session.send(textRequest(text, changed), contextOf(lab.host)),
  };
  beforeEach(async () => {
    lab.smsc = await startSmsc();
    lab.host = testHost();
  });
  afterEach(async () => {
    await Promise.all(open.map((session) => session.close()));
    open = [];
    await lab.smsc.stop();
  });
  return lab;
}
