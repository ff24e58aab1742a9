import { expect, test } from 'vitest';
import { uuidOf } from './uuid.ts';

test('a name has one UUID of version 5, and another name has another', () => {
  // as Python's uuid.uuid5(uuid.NAMESPACE_URL, …) gives them
  expect(uuidOf('msg_01KAP00000000000000000TEST')).toBe('deeb7f83-9740-549d-baf2-e504ea79760c');
  expect(uuidOf('é')).toBe('10e1d6de-dc68-53f0-883a-30ec870dd739');
  expect(uuidOf('msg_01KAP00000000000000000TEST')).not.toBe(uuidOf('msg_01KAP00000000000000000TESU'));
});
