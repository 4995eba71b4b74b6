/** Goal: no message is shown twice within the time and number promised, and memory stays bounded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeenCache } from '../../src/overlay/seen-cache.ts';

const KEEP_MS = 100;

function cache(max = 1_000): SeenCache {
  return new SeenCache({ keepMs: KEEP_MS, max });
}

describe('a message', () => {
  test('is new once, by origin and ID together', () => {
    const seen = cache();
    expect([seen.remember('a', 1, 0), seen.remember('a', 1, 1)]).toEqual([true, false]);
    expect([seen.remember('a', 2, 1), seen.remember('b', 1, 1), seen.remember('a1', 1, 1)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([seen.size, seen.originCount]).toEqual([4, 3]);
  });

  test('may have any ID in any order: 0, skipped numbers, smaller after larger', () => {
    const seen = cache();
    expect([7, 0, 3, Number.MAX_SAFE_INTEGER].map((msgId) => seen.remember('a', msgId, 0))).not.toContain(
      false,
    );
    expect([7, 0, 3, Number.MAX_SAFE_INTEGER].map((msgId) => seen.remember('a', msgId, 0))).not.toContain(
      true,
    );
  });

  test.each([0, 1, 50, 99])('that came %d ms after the last turn is kept for the whole time', (atMs) => {
    const seen = cache();
    seen.remember('first', 0, 1_000);
    seen.remember('a', 1, 1_000 + atMs);
    expect(seen.remember('a', 1, 1_000 + atMs + KEEP_MS)).toBe(false);
  });

  test('is kept for the whole time though other messages keep coming', () => {
    const seen = cache();
    seen.remember('a', 1, 1_000);
    for (let atMs = 1_001; atMs < 1_000 + KEEP_MS; atMs += 1) seen.remember('b', atMs, atMs);
    expect(seen.remember('a', 1, 1_000 + KEEP_MS)).toBe(false);
  });

  test('is forgotten afterwards, so that an origin that restarts its count is heard again', () => {
    const seen = cache();
    seen.remember('a', 1, 1_000);
    expect(seen.remember('a', 1, 1_000 + 3 * KEEP_MS)).toBe(true);
  });

  test('is not kept longer by coming again and again', () => {
    const seen = cache();
    const answers: boolean[] = [];
    for (let atMs = 0; atMs <= 3 * KEEP_MS; atMs += 10) answers.push(seen.remember('a', 1, 1_000 + atMs));
    expect(answers.filter(Boolean).length).toBeGreaterThanOrEqual(2);
  });

  test('works with the time of day as well as with a time that begins at 0', () => {
    for (const startMs of [0, Date.UTC(2025, 0, 1)]) {
      const seen = cache();
      expect([seen.remember('a', 1, startMs), seen.remember('a', 1, startMs + KEEP_MS)]).toEqual([
        true,
        false,
      ]);
    }
  });
});

describe('memory', () => {
  test.each([2, 3, 7, 10, 1_000])('is never more than a maximum of %d messages', (max) => {
    const seen = cache(max);
    let largest = 0;
    for (let msgId = 0; msgId < 5 * max; msgId += 1) {
      expect(seen.remember('a', msgId, 0)).toBe(true);
      largest = Math.max(largest, seen.size);
    }
    expect(largest).toBeLessThanOrEqual(max);
    expect(largest).toBeGreaterThanOrEqual(max - 1);
  });

  test('keeps at least the last half of the maximum, however fast they come', () => {
    const seen = cache(10);
    for (let msgId = 0; msgId < 103; msgId += 1) seen.remember('a', msgId, 0);
    expect([102, 101, 100, 99, 98].map((msgId) => seen.remember('a', msgId, 0))).not.toContain(true);
  });

  test('of origins that are silent is given back', () => {
    const seen = cache();
    for (let origin = 0; origin < 100; origin += 1) seen.remember(`origin${origin}`, 1, 1_000);
    expect(seen.originCount).toBe(100);
    seen.remember('new', 1, 1_000 + KEEP_MS);
    expect(seen.originCount).toBe(101);
    seen.remember('new', 2, 1_000 + 2 * KEEP_MS);
    expect([seen.originCount, seen.size]).toEqual([1, 2]);
  });

  test('is given back at once after a long silence', () => {
    const seen = cache();
    for (let origin = 0; origin < 100; origin += 1) seen.remember(`origin${origin}`, 1, 1_000);
    seen.remember('new', 1, 1_000_000);
    expect([seen.originCount, seen.size]).toEqual([1, 1]);
  });
});

describe('against a naive model, for any messages at any time', () => {
  const message = fc.record({
    originHid: fc.constantFrom('a', 'b', 'c'),
    msgId: fc.nat(6),
    waitMs: fc.oneof(fc.constant(0), fc.nat(30), fc.constantFrom(99, 100, 101, 199, 200, 300)),
  });

  test('known within its time and number, new after three times its time', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 60, size: 'max' }),
        fc.integer({ min: 2, max: 30 }),
        (stream, max) => {
          const seen = cache(max);
          const accepted: { key: string; atMs: number }[] = [];
          let nowMs = 0;
          for (const { originHid, msgId, waitMs } of stream) {
            nowMs += waitMs;
            const key = `${originHid}:${msgId}`;
            const last = accepted.findLastIndex((entry) => entry.key === key);
            const promised = promise(accepted, last, nowMs, Math.floor(max / 2));
            const isNew = seen.remember(originHid, msgId, nowMs);
            if (promised !== 'either') expect(isNew ? 'new' : 'known').toBe(promised);
            if (isNew) accepted.push({ key, atMs: nowMs });
            expect(seen.size).toBeLessThanOrEqual(max);
            expect(seen.originCount).toBeLessThanOrEqual(Math.min(3, seen.size));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  /** What the cache has promised about the message accepted at `index`; -1 for one that never was. */
  function promise(
    accepted: readonly { readonly atMs: number }[],
    index: number,
    nowMs: number,
    half: number,
  ): 'known' | 'new' | 'either' {
    const entry = accepted[index];
    if (entry === undefined || nowMs - entry.atMs >= 3 * KEEP_MS) return 'new';
    const newerCount = accepted.length - 1 - index;
    return nowMs - entry.atMs < KEEP_MS && newerCount < half ? 'known' : 'either';
  }
});
