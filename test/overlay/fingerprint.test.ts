/** Goal: a fingerprint depends on a content's bytes and on nothing else, and is the hash that it says it is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fingerprints } from '../../src/overlay/fingerprint.ts';

test('is the 32-bit MurmurHash3 of the bytes', () => {
  const fingerprints = new Fingerprints();
  const known = ['', 'a', 'test', 'hello', 'foobar'].map((text) => fingerprints.of(Buffer.from(text)));
  expect(known).toEqual([0, 0x3c2569b2, 0xba6bd213, 0x248bfa47, 0xa4c4d4bd]);
});

test('is that of the part alone, wherever it lies', () => {
  const fingerprints = new Fingerprints();
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array(),
      (before, part, behind) => {
        const bytes = Buffer.concat([before, part, behind]);
        const end = before.length + part.length;
        const alone = fingerprints.of(part);
        expect(fingerprints.of(bytes, before.length, end)).toBe(alone);
        expect(fingerprints.of(bytes, before.length, end)).toBe(alone);
      },
    ),
  );
});
