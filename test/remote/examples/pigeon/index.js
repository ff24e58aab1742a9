import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Nats } from './nats.js';

/**
 * A connector in plain JavaScript, without a package of anybody's: `node index.js`, with NATS_URL as `passerelle connector token pigeon`
 * shows it. Its platform is a post office: `POST {post_office}/letters` takes a letter, `GET {post_office}/people/{name}` tells of somebody,
 * and it calls the account's hook with what came in, signed with HMAC-SHA-256 in `x-signature`.
 */

const address = process.env.NATS_URL;
if (!address) throw new Error('set NATS_URL to what "passerelle connector token pigeon" shows');
const manifest = JSON.parse(readFileSync(new URL('manifest.json', import.meta.url), 'utf8'));
const { name } = manifest;
const instance = randomBytes(8).toString('hex');
const subject = (operation) => `psr.v1.connector.${name}.${operation}`;

/** What was said to the post office, for the log of the gateway: no secret, no content. What is too much is left out. */
const told = [];
const note = ({ account, message_id }, beganMs, end) =>
  told.length < 50 &&
  told.push({
    account_id: account.id,
    message_id,
    purpose: 'send',
    at: new Date(beganMs).toISOString(),
    duration_ms: Date.now() - beganMs,
    method: 'POST',
    url: `${account.config.post_office}/letters`,
    ...end,
  });

/** One letter. The answer of the post office decides; none at all leaves the send uncertain, and it is not repeated. */
async function send(request) {
  const { account, address: to, part, idempotency_key: key } = request;
  const beganMs = Date.now();
  let answer;
  try {
    answer = await fetch(`${account.config.post_office}/letters`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        'x-process': String(process.pid),
      },
      body: JSON.stringify({ to: to.slice('pigeon:'.length), text: part.content.text }),
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    const refused = error.cause?.code === 'ECONNREFUSED';
    note(request, beganMs, { ended: refused ? 'connect' : 'timeout' });
    return refused
      ? { type: 'rejected', failure: { code: 'platform_unavailable' } }
      : { type: 'uncertain', reason: 'no answer' };
  }
  note(request, beganMs, { status: answer.status });
  if (answer.status === 429) return { type: 'throttled', retry_after_ms: 1000 };
  if (answer.status >= 500) return { type: 'rejected', failure: { code: 'platform_unavailable' } };
  if (answer.status !== 201)
    return { type: 'rejected', failure: { code: 'platform_refused', platform_code: String(answer.status) } };
  const { id } = await answer.json();
  return { type: 'sent', provider_ids: [id] };
}

function isSigned(body, given, secret) {
  const expected = createHmac('sha256', secret).update(body).digest('hex');
  return given?.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

async function hook({ account, headers, body }) {
  const bytes = Buffer.from(body, 'base64');
  if (!isSigned(bytes, headers['x-signature'], account.credentials.secret))
    return { type: 'refused', reason: 'wrong signature' };
  let event;
  try {
    event = JSON.parse(bytes.toString());
  } catch {
    return { type: 'unreadable', status: 400, detail: 'This is no JSON.' };
  }
  return { type: 'items', items: [itemOf(event)] };
}

function itemOf({ event, id, from, text }) {
  if (event === 'arrived') return { type: 'receipt', provider_ids: [id], state: 'delivered' };
  if (event !== 'letter') return { type: 'ignored', reason: 'unknown event' };
  return {
    type: 'message',
    provider_id: id,
    sender: { address: `pigeon:${from}` },
    content: { kind: 'text', text },
  };
}

const probe = async ({ account }) => {
  const answer = await fetch(account.config.post_office).catch(() => undefined);
  return answer ? { ok: true } : { ok: false, detail: 'The post office does not answer.' };
};

/** What the post office says of somebody; undefined where it cannot be asked now. */
async function look({ account, address: of }) {
  const url = `${account.config.post_office}/people/${encodeURIComponent(of.slice('pigeon:'.length))}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(8000) }).catch(() => undefined);
  if (answer?.status === 404) return { known: false };
  return answer?.ok ? { known: true, ...(await answer.json()) } : undefined;
}

async function reach(request) {
  const person = await look(request);
  if (!person) return { type: 'unknown' };
  return person.known ? { type: 'yes' } : { type: 'no', failure: { code: 'unreachable' } };
}

async function profile(request) {
  const person = await look(request);
  if (!person) return { type: 'unknown' };
  return person.name ? { type: 'found', name: person.name } : { type: 'none' };
}

const answers = { send, hook, probe, reach, profile };
const asked = new AbortController();
process.once('SIGTERM', () => asked.abort());
const ending = asked.signal;
const askedToEnd = new Promise((resolve) => ending.addEventListener('abort', resolve));

/** Serves on one connection until it is gone, or until this process is asked to end. */
async function serve() {
  const nats = await Nats.open(address, `_INBOX_${name}`);
  // answers first, and then says that it does
  const taken = Object.entries(answers).map(([operation, answer]) =>
    nats.respond(subject(operation), name, async (payload) =>
      JSON.stringify(await answer(JSON.parse(payload))),
    ),
  );
  const register = async () => {
    const reply = await nats.request(
      subject('register'),
      JSON.stringify({ protocol: 1, instance, manifest }),
    );
    const { accepted, heartbeat_ms: beatMs = 1000, code, detail } = reply ? JSON.parse(reply) : {};
    if (accepted === false && code !== 'unavailable') {
      console.error(`refused: ${detail}`);
      process.exit(1);
    }
    if (accepted) console.log('serving');
    return beatMs;
  };
  const again = async () => {
    const beatMs = await register();
    beat = setTimeout(again, beatMs);
  };
  let beat;
  nats.subscribe(subject('notice'), ({ payload }) => {
    if (JSON.parse(payload).type === 'gateway_started') void register();
  });
  await again();
  const tell = () => {
    const exchanges = told.splice(0);
    if (exchanges.length > 0) nats.publish(subject('exchanges'), JSON.stringify({ exchanges }));
  };
  const telling = setInterval(tell, 500);
  await Promise.race([nats.closed, askedToEnd]);
  clearTimeout(beat);
  clearInterval(telling);
  if (!ending.aborted) return;
  nats.publish(subject('leave'), JSON.stringify({ instance }));
  await nats.drain(taken);
  tell();
  nats.end();
}

let said;
while (!ending.aborted) {
  await serve().catch(({ message }) => {
    if (message !== said) console.error(message);
    said = message;
  });
  if (!ending.aborted) await new Promise((resolve) => setTimeout(resolve, 250));
}
process.exit(0);
