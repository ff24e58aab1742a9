import { describe, expect, it } from 'vitest';
import type { Content, Field } from '../content.ts';
import { naughtyTexts } from '../text/naughty.ts';
import { adapt } from './adapt.ts';
import { answerTo, readAnswer, takesAnyText } from './answers.ts';
import { context } from './arbitraries.ts';
import { sms, texts, withKinds } from './channels.ts';
import { readDecimal } from './fields.ts';
import { readDate } from './dates.ts';
import { fieldContent, formQuestion } from './form.ts';
import type { Question } from './types.ts';

const colours = ['Rouge', 'Bleu', 'Vert', 'Noir et blanc', 'Jaune'];
const choice = (more: object = {}): Content => ({
  kind: 'choice',
  text: 'Quelles couleurs ?',
  options: colours.map((title, i) => ({ id: `c${i}`, title })),
  max_choices: 3,
  none: 'Aucune',
  ...more,
});
const asked = (content: Content): Question => adapt(content, sms, { ...context, language: 'fr' }).question!;
const told = (text: string, question: Question, language = 'fr') => {
  const given = readAnswer({ kind: 'text', text }, question, { language, today: '2026-11-22' });
  return given && answerTo(question, given, { language })?.answer;
};
const chosen = (text: string, content = choice()) => {
  const answer = told(text, asked(content));
  return answer?.type === 'choice' ? answer.options.map(({ id }) => id).join(' ') : undefined;
};

describe('several options', () => {
  it('are shown with how to answer', () => {
    expect(texts(choice(), sms, { language: 'fr' })).toEqual([
      "Quelles couleurs ?\n\n1. Rouge\n2. Bleu\n3. Vert\n4. Noir et blanc\n5. Jaune\n0. Aucune\n\nJusqu'à 3, par exemple : 1, 3",
    ]);
  });

  it.each([
    ['1', 'c0'],
    ['1, 3', 'c0 c2'],
    ['1,3', 'c0 c2'],
    ['3 et 1', 'c0 c2'],
    ['1 & 3', 'c0 c2'],
    ['1+3', 'c0 c2'],
    ['1 3', 'c0 c2'],
    ['1. 3.', 'c0 c2'],
    ['1\n2', 'c0 c1'],
    ['2-4', 'c1 c2 c3'],
    ['2 à 4', 'c1 c2 c3'],
    ['2–3, 5', 'c1 c2 c4'],
    ['１、３', 'c0 c2'],
    ['rouge, bleu', 'c0 c1'],
    ['Rouge et vert', 'c0 c2'],
    ['noir et blanc', 'c3'],
    ['rouge, noir et blanc', ''],
    ['deux et trois', 'c1 c2'],
    ['1, 1', 'c0'],
    ['0', ''],
    ['aucune', ''],
    ['Aucun', ''],
    ['rien', ''],
  ])('%j', (text, ids) => {
    if (text === 'rouge, noir et blanc') expect(chosen(text)).toBeUndefined();
    else expect(chosen(text)).toBe(ids);
  });

  it.each(['1, 2, 3, 4', '1, 9', '1, quoi', '4-2', '1-9', '0, 1', 'tous', '1 à', ''])(
    '%j is no answer',
    (text) => {
      expect(chosen(text)).toBeUndefined();
    },
  );

  it('may be all, where so many may be chosen, and must be as many as are asked for', () => {
    expect(chosen('toutes', choice({ max_choices: 5 }))).toBe('c0 c1 c2 c3 c4');
    expect(chosen('1', choice({ min_choices: 2 }))).toBeUndefined();
    expect(chosen('1 2', choice({ min_choices: 2 }))).toBe('c0 c1');
    expect(chosen('0', choice({ min_choices: 2 }))).toBe('');
    expect(chosen('1, 2', choice({ max_choices: undefined }))).toBeUndefined();
  });

  it('come back from one payload, where they were ticked', () => {
    const question = asked(choice());
    const ticked = (places: number[]) =>
      answerTo(question, { type: 'options', places, via: 'payload' })?.answer;
    expect(ticked([2, 0])).toMatchObject({ options: [{ id: 'c0' }, { id: 'c2' }] });
    expect(ticked([5])).toMatchObject({ options: [] });
    expect(ticked([5, 1])).toMatchObject({ options: [{ id: 'c1' }] });
    expect([ticked([]), ticked([9]), ticked([0, 1, 2, 3])]).toEqual([undefined, undefined, undefined]);
  });

  it('take time in proportion to their length', () => {
    const question = asked(choice());
    for (const text of [
      ...Object.values(naughtyTexts),
      '1,'.repeat(1e5),
      'et '.repeat(1e5),
      '1 2 3 4 5 '.repeat(30),
    ])
      expect(told(text, question)).toBeUndefined();
  });
});

describe('a survey', () => {
  it('is answered by its step', () => {
    const survey = asked({ kind: 'survey', text: 'Note ?', scale: { min: 0, max: 10 } });
    expect(told('7', survey)).toMatchObject({ type: 'survey', value: 7, via: 'number' });
    expect(told('11', survey)).toBeUndefined();
  });
});

const fields: Field[] = [
  { id: 'name', label: 'Votre nom ?', type: 'text', required: true },
  { id: 'when', label: 'Quel jour ?', type: 'date', required: true },
  { id: 'seats', label: 'Combien ?', type: 'number', required: true },
  {
    id: 'where',
    label: 'Où ?',
    type: 'choice',
    options: [
      { id: 'in', title: 'Salle' },
      { id: 'out', title: 'Terrasse' },
    ],
  },
  { id: 'mail', label: 'Votre e-mail ?', type: 'email' },
  { id: 'place', label: 'D’où venez-vous ?', type: 'location' },
];
const form: Content = { kind: 'form', title: 'Réserver', text: 'En six questions.', fields };
const at = (place: number, values = {}): Question => {
  const content = fieldContent(fields[place]!, 'fr');
  return formQuestion(
    { messageId: context.messageId, fields, at: place, values },
    { messageId: 'msg_01HZZZZZZZZZZZZZZZZZZZZZZY', asked: asked(content), expiresInSeconds: 60 },
  );
};

describe('a form', () => {
  it('begins with its title and its first question', () => {
    const { parts, question, losses } = adapt(form, sms, { ...context, language: 'fr' });
    expect(parts.map(({ content }) => content.text)).toEqual([
      'Réserver\n\nEn six questions.\n\nVotre nom ?',
    ]);
    expect(question).toMatchObject({ type: 'form', options: [], form: { at: 0, values: {} } });
    expect(losses).toMatchObject([{ what: 'form', how: 'rewritten' }]);
    expect(takesAnyText(question!)).toBe(true);
  });

  it('says how to answer what is not plain', () => {
    const said = fields.map((field) => texts(fieldContent(field, 'fr'), sms, { language: 'fr' })[0]);
    expect(said).toEqual([
      'Votre nom ?',
      'Quel jour ?\n(JJ/MM/AAAA)',
      'Combien ?',
      'Où ?\n\n1. Salle\n2. Terrasse\n0. Passer',
      'Votre e-mail ?\n(Facultatif : répondez - pour passer)',
      'D’où venez-vous ?\n(Facultatif : répondez - pour passer)',
    ]);
  });

  it('reads each field as its type, and goes on', () => {
    const step = (place: number, text: string) => {
      const question = at(place, { name: 'Ada' });
      const given = readAnswer({ kind: 'text', text }, question, { language: 'fr', today: '2026-11-22' });
      return given && answerTo(question, given);
    };
    expect(step(0, ' Ada ')).toMatchObject({
      answer: { values: { name: 'Ada' }, complete: false },
      next: { at: 1 },
    });
    expect(step(1, 'demain')).toMatchObject({ next: { at: 2, values: { name: 'Ada', when: '2026-11-23' } } });
    expect(step(1, 'bientôt')).toBeUndefined();
    expect(step(2, 'quatre')).toMatchObject({ answer: { values: { seats: 4 } } });
    expect(step(3, 'terrasse')).toMatchObject({ answer: { values: { where: 'out' }, via: 'words' } });
    expect(step(3, '0')).toMatchObject({ answer: { values: {} }, next: { at: 4 } });
    expect(step(4, '-')).toMatchObject({ answer: { values: {}, via: 'words' } });
    expect(step(4, 'pas d’adresse')).toBeUndefined();
    expect(step(5, 'passer')).toMatchObject({ answer: { complete: true }, values: { name: 'Ada' } });
    const question = at(5);
    const given = readAnswer({ kind: 'location', latitude: 1, longitude: 2, name: 'Ici' }, question);
    const value = { latitude: 1, longitude: 2, name: 'Ici' };
    expect(answerTo(question, given!)).toMatchObject({
      values: { place: value },
      answer: { complete: true },
    });
  });

  it('is one question where the channel has forms, and its values are checked', () => {
    const { parts, question } = adapt(form, withKinds({ form: 'native' }), context);
    expect(parts).toEqual([{ content: form }]);
    expect(question).toMatchObject({ type: 'form', form: { at: undefined } });
    const whole = (values: Record<string, unknown>) =>
      answerTo(question!, { type: 'values', values, via: 'payload' }, { language: 'fr' });
    const values = { name: 'Ada', when: '2026-11-30', seats: '4', where: 'out', other: 'x' };
    expect(whole(values)).toMatchObject({
      answer: { type: 'form', complete: true, via: 'payload' },
      values: { name: 'Ada', when: '2026-11-30', seats: 4, where: 'out' },
    });
    expect(Object.keys(whole(values)!.values!)).toEqual(['name', 'when', 'seats', 'where']);
    expect(whole({ ...values, seats: 'many' })).toBeUndefined();
    const point = { latitude: 48.39, longitude: -4.486, name: 'Le port' };
    expect(whole({ ...values, place: point })?.values).toMatchObject({ place: point });
    expect(whole({ ...values, place: ' Le port ' })?.values).toMatchObject({ place: 'Le port' });
    expect(whole({ ...values, place: { latitude: 91, longitude: 0 } })?.values).not.toHaveProperty('place');
    expect(whole({ ...values, name: '' })).toBeUndefined();
    expect(whole({ ...values, where: 'roof', mail: 'x', place: 'y' })?.values).not.toHaveProperty('where');
  });
});

describe('values', () => {
  it.each([
    ['12', 'fr', 12],
    ['-3', 'fr', -3],
    ['12,5', 'fr', 12.5],
    ['12.5', 'fr', 12.5],
    ['1 234,5', 'fr', 1234.5],
    ['1.234', 'de', 1234],
    ['1.234', 'en', 1.234],
    ['1,234', 'en', 1234],
    ['1,234', 'fr', 1.234],
    ['1,234,567', 'fr', 1234567],
    ['1.234,5', 'en', 1234.5],
    ["1'000", 'de', 1000],
    ['０.５', 'ja', 0.5],
    ['deux', 'fr', 2],
    ['1.2.3', 'en', undefined],
    ['1,2,3', 'en', undefined],
    ['12 euros', 'fr', undefined],
    ['', 'fr', undefined],
    ['1e9', 'en', undefined],
  ])('number %j in %s is %s', (text, language, value) => {
    expect(readDecimal(text, language)).toBe(value);
  });

  it.each([
    ['2026-11-27', undefined, '2026-11-27'],
    ['2026/11/27', 'fr', '2026-11-27'],
    ['2026年11月27日', 'ja', '2026-11-27'],
    ['27/11/2026', undefined, '2026-11-27'],
    ['27.11.26', 'de', '2026-11-27'],
    ['5/4/2026', 'fr', '2026-04-05'],
    ['5/4/2026', 'en-US', '2026-05-04'],
    ['5/4/2026', 'en', undefined],
    ['5/4/2026', undefined, undefined],
    ['5/5/2026', 'en', '2026-05-05'],
    ['27 novembre 2026', 'fr', '2026-11-27'],
    ['le 27 nov.', 'fr', '2026-11-27'],
    ['1er mars', 'fr', '2027-03-01'],
    ['November 27th, 2026', 'en', '2026-11-27'],
    ['3 de marzo de 2027', 'es', '2027-03-03'],
    ['demain', 'fr', '2026-11-23'],
    ['tomorrow', 'fr', '2026-11-23'],
    ["aujourd'hui", 'fr', '2026-11-22'],
    ['31/02/2026', 'fr', undefined],
    ['2026-13-01', 'fr', undefined],
    ['27 personnes', 'fr', undefined],
    ['27 ma', 'fr', undefined],
    ['un jour', 'fr', undefined],
    ['', 'fr', undefined],
  ])('date %j in %s is %s', (text, language, value) => {
    expect(readDate(text, { language, today: '2026-11-22' })).toBe(value);
  });

  it('need no day to be known, nor a language that exists', () => {
    expect(readDate('demain', {})).toBeUndefined();
    expect(readDate('27 novembre', { language: 'fr' })).toBeUndefined();
    expect(readDate('27 novembre 2026', { language: 'zz-9' })).toBe('2026-11-27');
    expect(readDecimal('1,5', '!!')).toBe(1.5);
  });

  it('take anything', () => {
    for (const text of Object.values(naughtyTexts))
      for (const [place] of fields.entries())
        expect(() => readAnswer({ kind: 'text', text }, at(place))).not.toThrow();
  });
});
