/**
 * Goal: pauses double from the first to the longest, and jitter only ever shortens them, within its share.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOffMs } from '../../src/pacing/back-off.ts';

const BACK_OFF = { minMs: 100, maxMs: 1_500, jitterRatio: 0.3 };

test('a pause doubles with each attempt, up to the longest', () => {
  const pauses = [0, 1, 2, 3, 4, 5, 50, 5_000].map((attempts) => backOffMs(BACK_OFF, attempts, () => 0));
  expect(pauses).toEqual([100, 200, 400, 800, 1_500, 1_500, 1_500, 1_500]);
});

test('jitter takes off up to its share, in whole milliseconds', () => {
  expect(backOffMs(BACK_OFF, 0, () => 0.5)).toBe(85);
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(60), share, (attempts, drawn) => {
      const fullMs = backOffMs(BACK_OFF, attempts, () => 0);
      const pauseMs = backOffMs(BACK_OFF, attempts, () => drawn);
      expect(Number.isInteger(pauseMs)).toBe(true);
      expect(pauseMs).toBeLessThanOrEqual(fullMs);
      expect(pauseMs).toBeGreaterThanOrEqual(Math.round(fullMs * 0.7));
    }),
  );
});

test('without jitter a pause is what it is, whatever is drawn', () => {
  expect(backOffMs({ ...BACK_OFF, jitterRatio: 0 }, 1, () => 0.99)).toBe(200);
});
