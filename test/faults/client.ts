import { Agent, request } from 'undici';

/** How the platform and the merchants call: few connections, and nobody waits for ever. */
export interface Client {
  /** Rejects where no answer came. */
  post(
    url: string,
    body: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: string }>;
  /** Asks again where an idle connection turned out to be closed. */
  get(url: string, headers?: Record<string, string>): Promise<{ status: number; body: string }>;
  close(): Promise<void>;
}

const timeoutMs = 8000;

export function createClient(connections = 48): Client {
  const agent = new Agent({ connections, keepAliveTimeout: 2000 });
  const call = async (
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    body?: string,
  ) => {
    const answer = await request(url, {
      dispatcher: agent,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  };
  return {
    post: (url, body, headers = {}) =>
      call('POST', url, { 'content-type': 'application/json', ...headers }, body),
    get: (url, headers = {}) => call('GET', url, headers).catch(() => call('GET', url, headers)),
    close: () => agent.destroy(),
  };
}
