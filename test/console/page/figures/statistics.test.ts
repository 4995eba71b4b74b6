/** Figures of deliveries and broadcasts, exact on what can be calculated by hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  axisTicks,
  binOf,
  counted,
  countsOf,
  frameCosts,
  latencyHistogram,
  latencySummary,
  percentile,
  span,
} from '../../../../src/console/page/views/figures/statistics.ts';

describe('percentiles', () => {
  test('are the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 1, 50, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 1, 50, 99, 100]);
    expect(percentile([7], 50)).toBe(7);
    expect(percentile([1, 2], 50)).toBe(1);
    expect(percentile([], 50)).toBeUndefined();
    expect(latencySummary([0.5, 10, 20, 45, 400])).toEqual({ p50: 20, p99: 400, max: 400 });
    expect(latencySummary([])).toBeUndefined();
  });
});

describe('the histogram', () => {
  test('has bins with round edges', () => {
    expect(binOf(0)).toEqual({ fromMs: 0, toMs: 1 });
    expect(binOf(1)).toEqual({ fromMs: 1, toMs: 1.5 });
    expect(binOf(9.99)).toEqual({ fromMs: 7, toMs: 10 });
    expect(binOf(10)).toEqual({ fromMs: 10, toMs: 15 });
    expect(binOf(2_999)).toEqual({ fromMs: 2_000, toMs: 3_000 });
  });

  test('goes from the first to the last without a gap', () => {
    expect(latencyHistogram([20, 20, 45, 150])).toEqual([
      { fromMs: 20, toMs: 30, count: 2 },
      { fromMs: 30, toMs: 50, count: 1 },
      { fromMs: 50, toMs: 70, count: 0 },
      { fromMs: 70, toMs: 100, count: 0 },
      { fromMs: 100, toMs: 150, count: 0 },
      { fromMs: 150, toMs: 200, count: 1 },
    ]);
    expect(latencyHistogram([])).toEqual([]);
  });

  test('counts every delivery once', () => {
    const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(latencies, (values) => {
        const ascending = values.toSorted((one, other) => one - other);
        const total = latencyHistogram(ascending).reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(values.length);
      }),
    );
  });
});

test('counts and costs are put together by what is alike', () => {
  expect(countsOf([1, 1, 3])).toEqual([0, 2, 0, 1]);
  expect(countsOf([])).toEqual([]);
  const cost = (alive: number, frames: number, isCalm: boolean) => ({ alive, frames, isCalm });
  expect(frameCosts([cost(3, 3, false), cost(2, 1, true), cost(2, 1, false), cost(2, 1, true)])).toEqual([
    { alive: 2, frames: 1, isCalm: true, count: 2 },
    { alive: 2, frames: 1, isCalm: false, count: 1 },
    { alive: 3, frames: 3, isCalm: false, count: 1 },
  ]);
});

test('numbers and times are written for people', () => {
  expect([0, 1.5, 9.96, 143.4, 999.7, 2_340, 600_000, 7_200_000].map(span)).toEqual([
    ...['0 ms', '1.5 ms', '10 ms', '143 ms', '1 s', '2.3 s', '10 min', '2 h'],
  ]);
  expect([counted(1, 'peer'), counted(2_345, 'delivery', 'deliveries')]).toEqual([
    ...['1 peer', '2,345 deliveries'],
  ]);
  for (const max of [0, 1, 3, 7, 10, 99, 101, 12_345]) {
    const ticks = axisTicks(max);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
    expect(ticks.length).toBeLessThanOrEqual(8);
  }
});
