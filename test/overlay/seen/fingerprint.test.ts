/**
 * Goal: a fingerprint depends on a content's bytes and on nothing else, and is the hash that it says it is.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fingerprints } from '../../../src/overlay/seen/fingerprint.ts';

test('is the 32-bit xxHash of the bytes', () => {
  const fingerprints = new Fingerprints(0);
  const words = ['', 'a', 'abc', 'Nobody inspects the spammish repetition'];
  const known = words.map((text) => fingerprints.of(Buffer.from(text)));
  expect(known).toEqual([0x02cc5d05, 0x550d7456, 0x32d153ff, 0xe2293b2f]);
});

test('is that of the part alone, wherever it lies', () => {
  const fingerprints = new Fingerprints(0);
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
