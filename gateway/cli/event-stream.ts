/** One event of a stream of server-sent events (HTML Living Standard, 9.2). */
export interface ServerEvent {
  /** The last id seen: where to resume after this event. */
  id: string;
  type: string;
  data: string;
}

/** An event may not be longer: a stream that never ends one must not fill the memory. */
const maxEventChars = 16 * 1024 * 1024;

/**
 * Reads a stream by the standard's rules: any of the three line ends, comments, several data lines, ids that last.
 * `onMark` gets an id that came alone, without an event: a place to resume from before anything happened.
 */
export async function* serverEvents(
  chunks: AsyncIterable<string>,
  onMark: (id: string) => void = () => undefined,
): AsyncGenerator<ServerEvent> {
  let id = '';
  let type = '';
  let data: string[] = [];
  for await (const line of linesOf(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { id, type: type || 'message', data: data.join('\n') };
      else if (id) onMark(id);
      type = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') type = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    rest += chunk;
    // A carriage return at the very end may be the first half of a line end.
    const whole = /^[^]*(?:\n|\r(?!$))/.exec(rest)?.[0];
    if (whole !== undefined) {
      rest = rest.slice(whole.length);
      yield* whole.split(/\r\n|\n|\r/).slice(0, -1);
    }
    if (rest.length > maxEventChars) throw new RangeError('an event of the stream is too long');
  }
}
