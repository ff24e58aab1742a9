import { expect, it } from 'vitest';
import type { OutboundMedia } from '../contract/index.ts';
import { mediaUrl } from './media-url.ts';

const held: OutboundMedia = {
  url: 'https://gateway.test/media/1',
  mediaType: 'image/png',
  bytes: 3,
  read: () => Promise.resolve(new Uint8Array(3)),
};
const url = 'https://shop.test/cup.png';

it('a file that the gateway holds is fetched there, any other where the merchant says', () => {
  const media = new Map([['med_1', held]]);
  expect(mediaUrl({ type: 'image', id: 'med_1', url }, media)).toBe(held.url);
  expect(mediaUrl({ type: 'image', id: 'med_2', url }, media)).toBe(url);
  expect(mediaUrl({ type: 'image', url }, media)).toBe(url);
  expect(mediaUrl({ type: 'image', id: 'med_2' }, media)).toBeUndefined();
  expect(mediaUrl(undefined, media)).toBeUndefined();
});
