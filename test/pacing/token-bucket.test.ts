/**
 * Goal: so many at once, then one in an interval, and never more than a bucket full; held against counting.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FULL_BUCKET, nextTokenMs, type Rate, withoutToken } from '../../src/pacing/token-bucket.ts';

const RATE: Rate = { atOnce: 3, intervalMs: 100 };

/** The bucket that counts its tokens. */
class CountingBucket {
  #tokens: number;
  #nowMs = 0;
  readonly #rate: Rate;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#tokens = rate.atOnce;
  }

  takes(nowMs: number): boolean {
    const earned = (nowMs - this.#nowMs) / this.#rate.intervalMs;
    this.#tokens = Math.min(this.#rate.atOnce, this.#tokens + earned);
    this.#nowMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

test('a full bucket gives so many at once, then one in an interval', () => {
  let bucket = FULL_BUCKET;
  const dueMs: number[] = [];
  for (let taken = 0; taken < 5; taken += 1) {
    dueMs.push(Math.max(0, nextTokenMs(bucket, RATE)));
    bucket = withoutToken(bucket, RATE, dueMs.at(-1) ?? 0);
  }
  expect(dueMs).toEqual([0, 0, 0, 100, 200]);
});

test('a bucket that rested for long is full, and no more than full', () => {
  let bucket = withoutToken(FULL_BUCKET, RATE, 0);
  for (let taken = 0; taken < 3; taken += 1) bucket = withoutToken(bucket, RATE, 1_000_000);
  expect(nextTokenMs(bucket, RATE)).toBe(1_000_100);
});

test('takes what a bucket that counts its tokens takes', () => {
  // Intervals that are powers of two: the counting bucket adds fractions of a token, and these are exact.
  const rate = fc.record({ atOnce: fc.integer({ min: 1, max: 8 }), intervalMs: fc.constantFrom(1, 16, 256) });
  fc.assert(
    fc.property(rate, fc.array(fc.nat(400), { maxLength: 60 }), (given, gapsMs) => {
      const counting = new CountingBucket(given);
      let bucket = FULL_BUCKET;
      let nowMs = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        const mayTake = nextTokenMs(bucket, given) <= nowMs;
        expect(mayTake).toBe(counting.takes(nowMs));
        if (mayTake) bucket = withoutToken(bucket, given, nowMs);
      }
    }),
  );
});
