/** Goal: what was seen is known, what was not is not, and the memory stays within its bound. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LastingContents } from '../../../src/overlay/seen/lasting-contents.ts';

const ORIGIN = 0x1234_5678;

describe('lasting contents', () => {
  test('are known by origin, message ID and content together', () => {
    const contents = new LastingContents(100);
    contents.add(ORIGIN, 7, 42);
    expect(contents.has(ORIGIN, 7, 42)).toBe(true);
    expect([
      contents.has(ORIGIN + 1, 7, 42),
      contents.has(ORIGIN, 8, 42),
      contents.has(ORIGIN, 7, 43),
    ]).toEqual([false, false, false]);
  });

  test('tell message IDs apart that differ by 2^32', () => {
    const contents = new LastingContents(100);
    contents.add(ORIGIN, 5, 42);
    expect(contents.has(ORIGIN, 5 + 2 ** 32, 42)).toBe(false);
  });

  test('are the last ones: at least half of the bound, never more than it', () => {
    const max = 4_000;
    const contents = new LastingContents(max);
    const count = 11_000;
    for (let msgId = 0; msgId < count; msgId += 1) contents.add(ORIGIN, msgId, msgId * 31);
    const known = Array.from({ length: count }, (_, msgId) => msgId).filter((msgId) =>
      contents.has(ORIGIN, msgId, msgId * 31),
    );
    expect(known.length).toBeGreaterThanOrEqual(max / 2);
    expect(known.length).toBeLessThanOrEqual(max);
    expect(known.at(-1)).toBe(count - 1);
    expect(known[0]).toBe(count - known.length);
  });

  test('are known whatever else is seen beside them', () => {
    const messages = fc.uniqueArray(fc.tuple(fc.nat(0xffff_ffff), fc.maxSafeNat(), fc.nat(0xffff_ffff)), {
      maxLength: 300,
      selector: (message) => message.join(),
    });
    fc.assert(
      fc.property(messages, (all) => {
        const contents = new LastingContents(1_000);
        for (const message of all) contents.add(...message);
        expect(all.every((message) => contents.has(...message))).toBe(true);
      }),
    );
  });
});
