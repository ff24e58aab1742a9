import { expect, test } from 'vitest';
import { escapeMarkdown } from './markdown-escape.ts';

test('marks lose their meaning, words and addresses stay', () => {
  expect(escapeMarkdown('2 * 3 * 4 = *24*')).toBe('2 \\* 3 \\* 4 = \\*24\\*');
  expect(escapeMarkdown('see https://example.com/a_b_c?x=*')).toBe('see https://example.com/a_b_c?x=*');
  expect(escapeMarkdown('- un\n1. deux\n-3 °C')).toBe('\\- un\n1\\. deux\n-3 °C');
  expect(escapeMarkdown('Déjà vu, à 10 h 30 !')).toBe('Déjà vu, à 10 h 30 \\!');
});

test('never more than twice the length', () => {
  for (const text of ['*'.repeat(100), '#|\\`_~', '1) '.repeat(9), '- - -'])
    expect(escapeMarkdown(text).length).toBeLessThanOrEqual(2 * text.length);
});
