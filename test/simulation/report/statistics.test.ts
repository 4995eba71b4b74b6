/** The report's figures, exact on worlds that can be calculated by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binOf,
  deliveriesToOthers,
  deliveryCount,
  frameCosts,
  hopCounts,
  latenciesOf,
  latencyHistogram,
  latencySummary,
  percentile,
} from '../../../src/simulation/report/statistics.ts';
import { deliveryOf, messageOf, peerOf, recordingOf } from './small.ts';

const THREE = [peerOf('a', [0, 10_000]), peerOf('bb', [0, 6_000]), peerOf('ccc', [2_000, 10_000])];

const RECORDING = recordingOf({
  peers: THREE,
  messages: [
    messageOf(1_000, 1, deliveryOf(1, 1_020, 0, 1)),
    messageOf(3_000, 3, deliveryOf(1, 3_010, 0, 1), deliveryOf(2, 3_045, 1, 2)),
    messageOf(7_000, 1, deliveryOf(2, 7_400, 0, 1)),
    messageOf(8_000, 1, deliveryOf(2, 8_000.5, 0, 1)),
  ],
});

describe('deliveries', () => {
  it('are those to others, and a message that comes back to its sender', () => {
    const message = messageOf(0, 2, deliveryOf(1, 10, 0, 1), deliveryOf(0, 20, 1, 2));
    expect(deliveriesToOthers(message).map(({ peer }) => peer)).toEqual([1, 0]);
    expect(deliveryCount(RECORDING)).toBe(5);
  });

  it('take the time from sending to showing', () => {
    expect(latenciesOf(RECORDING)).toEqual([0.5, 10, 20, 45, 400]);
    expect(latencySummary(latenciesOf(RECORDING))).toEqual({ count: 5, p50: 20, p99: 400, max: 400 });
    expect(latencySummary([])).toBeUndefined();
  });

  it('are counted by the links that they came over', () => {
    expect(hopCounts(RECORDING)).toEqual([0, 4, 1]);
    expect(hopCounts(recordingOf({}))).toEqual([]);
  });
});

describe('percentiles', () => {
  it('are the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 1, 50, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 1, 50, 99, 100]);
    expect(percentile([7], 50)).toBe(7);
    expect(percentile([1, 2], 50)).toBe(1);
    expect(percentile([], 50)).toBeUndefined();
  });
});

describe('the histogram', () => {
  it('has bins with round edges', () => {
    expect(binOf(0)).toEqual({ fromMs: 0, toMs: 1 });
    expect(binOf(1)).toEqual({ fromMs: 1, toMs: 1.5 });
    expect(binOf(9.99)).toEqual({ fromMs: 7, toMs: 10 });
    expect(binOf(10)).toEqual({ fromMs: 10, toMs: 15 });
    expect(binOf(2_999)).toEqual({ fromMs: 2_000, toMs: 3_000 });
  });

  it('goes from the first to the last without a gap', () => {
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

  it('counts every delivery once', () => {
    const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(latencies, (values) => {
        const ascending = values.toSorted((a, b) => a - b);
        const counted = latencyHistogram(ascending).reduce((sum, { count }) => sum + count, 0);
        expect(counted).toBe(values.length);
      }),
    );
  });
});

describe('TEXT frames', () => {
  it('are told against the peers alive when a broadcast was sent', () => {
    expect(frameCosts(RECORDING)).toEqual([
      { alive: 2, frames: 1, isCalm: false, count: 1 },
      { alive: 2, frames: 1, isCalm: true, count: 2 },
      { alive: 3, frames: 3, isCalm: false, count: 1 },
    ]);
  });
});
