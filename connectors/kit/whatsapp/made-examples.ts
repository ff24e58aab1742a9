import type { Content } from '../../../protocol/content.ts';
import type { MadeAtMeta } from './config.ts';

interface Example<Config> {
  content: Content;
  config: Config;
}

const card = (title: string) => ({
  title,
  image: { type: 'image' as const, url: `https://shop.example.com/${title.toLowerCase()}.jpg` },
  actions: [{ type: 'url' as const, title: 'See it', url: 'https://shop.example.com' }],
});

/** Products of a catalogue. */
export const catalogueExample: Example<MadeAtMeta> = {
  content: { kind: 'product', items: [{ id: 'cider', title: 'Cider' }] },
  config: { catalog_id: '100200300' },
};

/** A form with its flow. */
export const flowExample: Example<MadeAtMeta> = {
  content: {
    kind: 'form',
    name: 'table',
    title: 'Book a table',
    fields: [{ id: 'when', label: 'Which day?', type: 'date', required: true }],
  },
  config: { flows: { table: { flow_id: '100200301', button: 'Book', fields: ['when'] } } },
};

/** Cards side by side, whose pictures Meta fetches. */
export const sideBySideExample: Content = {
  kind: 'carousel',
  text: 'Today',
  cards: [card('Galette'), card('Cider')],
};

/** All of these, where the Cloud API takes them as they are. */
export const cloudExamples: Example<MadeAtMeta & { media?: 'link' }>[] = [
  catalogueExample,
  flowExample,
  { content: sideBySideExample, config: { media: 'link' } },
];
