import { array, assert, asyncProperty, constantFrom, nat } from 'fast-check';
import { expect, test } from 'vitest';
import { serverEvents } from './event-stream.ts';

async function* inPieces(text: string, lengths: readonly number[]): AsyncGenerator<string> {
  let at = 0;
  for (const length of lengths) {
    yield text.slice(at, at + length);
    at += length;
  }
  yield text.slice(at);
}

const read = (text: string, lengths: readonly number[] = []) =>
  Array.fromAsync(serverEvents(inPieces(text, lengths)));

test('ids last, comments and unknown fields are passed over, data lines are joined', async () => {
  const text =
    ': hello\n\nid: 1\nevent: a\ndata: one\ndata: two\n\ndata:three\nretry: 5\nodd\n\nid\ndata\n\n';
  expect(await read(text)).toEqual([
    { id: '1', type: 'a', data: 'one\ntwo' },
    { id: '1', type: 'message', data: 'three' },
    { id: '', type: 'message', data: '' },
  ]);
});

test('an id that comes without an event is a place to resume from', async () => {
  const marks: string[] = [];
  const events = await Array.fromAsync(
    serverEvents(inPieces('id: 7\n\nid: 8\ndata: x\n\n', []), (id) => marks.push(id)),
  );
  expect(marks).toEqual(['7']);
  expect(events).toEqual([{ id: '8', type: 'message', data: 'x' }]);
});

test('an event that never ends was none', async () => {
  expect(await read('data: whole\n\ndata: half\n')).toEqual([{ id: '', type: 'message', data: 'whole' }]);
});

test('it is the same wherever the stream is cut, and for every line end', async () => {
  const events = [
    { id: 'c1', type: 'message.received', data: '{"text":"é 👋"}' },
    { id: 'c2', type: 'delivery.updated', data: '{}' },
  ];
  const lineEnds = constantFrom('\n', '\r\n', '\r');
  await assert(
    asyncProperty(lineEnds, array(nat(12), { maxLength: 40 }), async (end, lengths) => {
      const text = events
        .map(({ id, type, data }) => `id: ${id}${end}event: ${type}${end}data: ${data}${end}${end}`)
        .join('');
      // A lone carriage return at the end of the stream may still become a line end of two: one more comment settles it.
      expect(await read(`${text}:${end}`, lengths)).toEqual(events);
    }),
  );
});
