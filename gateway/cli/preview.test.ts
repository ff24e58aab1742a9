import { describe, expect, test } from 'vitest';
import { renderPreview } from './preview.ts';
import type { Paint } from './terminal.ts';

const plain: Paint = (_, text) => text;
const shown = (blocks: object[], more: object = {}) =>
  renderPreview(
    { account_id: 'acc_1', channel: 'sms', parts: [{ rendering: { blocks } }], losses: [], ...more } as never,
    plain,
  );

describe('the preview on a terminal', () => {
  test('shows each text with how full it is, and what is pressed', () => {
    const gauge = { length: 5, max: 160, unit: 'septets' };
    expect(
      shown([
        { type: 'text', text: 'a\nHello', gauge },
        { type: 'buttons', buttons: [{ title: 'Yes' }, { title: 'No' }] },
      ]),
    ).toEqual(['sms  acc_1', '  │ a', '  │ Hello  5/160 septets', '  │ [Yes] [No]', '']);
  });

  test('says what is lost or refused, and counts short messages', () => {
    const parts = [{ rendering: { blocks: [{ type: 'media' }] }, segments: 2, encoding: 'ucs2' }];
    const losses = [{ part: 0, what: 'subject', how: 'dropped', why: 'the channel has no subjects' }];
    expect(shown([], { parts, losses, refused: 'lossy' })).toEqual([
      'sms  acc_1',
      '  refused: lossy',
      '  │ (media)',
      '  2 short messages (ucs2)',
      '  subject dropped: the channel has no subjects',
      '',
    ]);
  });

  test('lets nothing steer the terminal', () => {
    const lines = shown([{ type: 'text', text: '\u001B[2Jgone\u202e' }]).join('\n');
    expect(lines).toContain('·[2Jgone·');
    expect(lines).not.toContain('\u001B');
  });
});
