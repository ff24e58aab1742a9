import { expect, test } from 'vitest';
import { messageTemplateSchema } from '../../../protocol/templates.ts';
import { metaTemplateSchema, placeholdersIn, templateOf } from './templates.ts';

const read = (more: object) =>
  templateOf(
    metaTemplateSchema.parse({
      name: 'pickup_ready',
      language: 'pt_BR',
      status: 'APPROVED',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hello' }],
      ...more,
    }),
  );
const withParts = (...components: object[]) => read({ components });

test('a template with everything that content can fill', () => {
  const template = withParts(
    { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['7'] } },
    { type: 'BODY', text: '{{2}}, your bike waits at {{1}}. Bye {{2}}!' },
    { type: 'FOOTER', text: 'Example Bikes' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Later' },
        { type: 'URL', text: 'Track', url: 'https://shop.example.com/o/{{1}}', example: ['x'] },
        { type: 'URL', text: 'Shop', url: 'https://shop.example.com' },
        { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+15550100' },
        { type: 'COPY_CODE', example: 'X1' },
      ],
    },
  );
  expect(template).toEqual({
    name: 'pickup_ready',
    language: 'pt-BR',
    purpose: 'utility',
    state: 'approved',
    header: { type: 'text', text: 'Order {{1}}', placeholders: ['1'] },
    body: { text: '{{2}}, your bike waits at {{1}}. Bye {{2}}!', placeholders: ['1', '2'] },
    footer: 'Example Bikes',
    buttons: [
      { index: 0, type: 'quick_reply', text: 'Later', value: 'optional' },
      { index: 1, type: 'url', text: 'Track', url: 'https://shop.example.com/o/{{1}}', value: 'required' },
      { index: 2, type: 'url', text: 'Shop', url: 'https://shop.example.com', value: 'none' },
      { index: 3, type: 'phone', text: 'Call', value: 'none' },
      { index: 4, type: 'copy_code', value: 'required' },
    ],
    fillable: true,
  });
  expect(messageTemplateSchema.parse(template)).toEqual(template);
});

test.each([
  ['placeholders with names', [{ type: 'BODY', text: 'Hello {{first_name}}' }]],
  [
    'a named placeholder above',
    [
      { type: 'HEADER', format: 'TEXT', text: '{{what}}' },
      { type: 'BODY', text: 'a' },
    ],
  ],
  [
    'a place above',
    [
      { type: 'HEADER', format: 'LOCATION' },
      { type: 'BODY', text: 'a' },
    ],
  ],
  [
    'cards',
    [
      { type: 'BODY', text: 'a' },
      { type: 'CAROUSEL', cards: [] },
    ],
  ],
  [
    'a form',
    [
      { type: 'BODY', text: 'a' },
      { type: 'BUTTONS', buttons: [{ type: 'FLOW', text: 'Book' }] },
    ],
  ],
  [
    'a button that is new',
    [
      { type: 'BODY', text: 'a' },
      { type: 'BUTTONS', buttons: [{ type: 'TELEPORT' }] },
    ],
  ],
  ['no text told', [{ type: 'BODY', add_security_recommendation: true }]],
])('content does not fill %s', (_, components) => {
  const template = withParts(...components);
  expect(template.fillable).toBe(false);
  expect(messageTemplateSchema.safeParse(template).success).toBe(true);
});

test.each([
  ['IMAGE', 'image'],
  ['VIDEO', 'video'],
  ['DOCUMENT', 'file'],
])('a header of %s takes media', (format, type) => {
  const template = withParts({ type: 'HEADER', format }, { type: 'BODY', text: 'a' });
  expect(template).toMatchObject({ header: { type, placeholders: [] }, fillable: true });
});

test.each([
  ['APPROVED', 'approved'],
  ['approved', 'approved'],
  ['FLAGGED', 'approved'],
  ['IN_APPEAL', 'pending'],
  ['submitted', 'pending'],
  ['REJECTED', 'rejected'],
  ['SECOND_PAUSED', 'paused'],
  ['ARCHIVED', 'disabled'],
  ['PENDING_DELETION', 'deleted'],
  ['LIMIT_EXCEEDED', 'unknown'],
  ['constructor', 'unknown'],
])('the state %s is %s', (status, state) => expect(read({ status })).toMatchObject({ state }));

test('why it is rejected is told, and NONE is no reason', () => {
  expect(read({ rejected_reason: 'SCAM' })).toMatchObject({ reason: 'SCAM' });
  expect(read({ rejected_reason: 'NONE' })).not.toHaveProperty('reason');
  expect(read({ rejected_reason: null, category: 7 })).toMatchObject({ purpose: 'other' });
});

test('placeholders: numbers by value, names as they come, each once', () => {
  expect(placeholdersIn('{{10}} {{2}} {{ 1 }} {{2}}')).toEqual(['1', '2', '10']);
  expect(placeholdersIn('{{day}} {{a}} {{day}} {x} {{}}')).toEqual(['day', 'a']);
  expect(placeholdersIn(undefined)).toEqual([]);
});

test('whatever its parts hold, what comes out is within bounds', () => {
  const long = '\ud800{{1}}'.repeat(9000);
  const template = read({
    id: 9_007_199_254_740_991,
    rejected_reason: long,
    components: [
      { type: 'HEADER', format: 'TEXT', text: long },
      { type: 'BODY', text: long },
      { type: 'FOOTER', text: long },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: long, url: long }] },
    ],
  });
  expect(messageTemplateSchema.safeParse(template).error).toBeUndefined();
  expect(JSON.stringify(template).isWellFormed()).toBe(true);
});
