/** Goal: the memory of the seen-cache stays bounded, and forgets the oldest first. */
import { beforeEach, describe, expect, test } from 'vitest';
import { all, BEYOND_FIRST, SEEN_MS, SeenBench, upTo } from './tools/seen-bench.ts';

let bench: SeenBench;

beforeEach(() => {
  bench = new SeenBench();
});

describe('memory', () => {
  test.each([2, 3, 7, 10, 1_000])('is never more than a maximum of %d messages', (seenMax) => {
    bench = new SeenBench({ seenMax });
    let largest = 0;
    for (let msgId = 0; msgId < 5 * seenMax; msgId += 1) {
      expect(bench.hear(msgId)).toBe('new');
      largest = Math.max(largest, bench.cache.size);
    }
    expect(largest).toBeLessThanOrEqual(seenMax);
    expect(largest).toBeGreaterThanOrEqual(seenMax - 1);
  });

  test('is never more than the maximum either when all of it is under one ID', () => {
    bench = new SeenBench({ seenMax: 10, duplicateMs: 0 });
    for (let count = 0; count < 100; count += 1) {
      expect(bench.hear(1, `content ${count}`)).toBe('new');
      bench.pass(1);
      expect(bench.cache.size).toBeLessThanOrEqual(10);
    }
  });

  test('keeps the contents of at least the last half of the maximum, however fast they come', () => {
    bench = new SeenBench({ seenMax: 10 });
    for (let msgId = 0; msgId < 103; msgId += 1) bench.hear(msgId);
    expect(bench.hearAll([102, 101, 100, 99, 98])).toEqual(all('duplicate', 5));
  });

  test('knows what it has no content of: nothing is shown twice when the maximum is far exceeded', () => {
    bench = new SeenBench({ seenMax: 10 });
    bench.hearAll(upTo(1_000));
    expect(bench.hearAll(upTo(900))).toEqual(all('undecided', 900));
  });

  test.each([0, 1, SEEN_MS / 2, SEEN_MS - 1])(
    'keeps a content that came %d ms after the last turn for the whole time',
    (ms) => {
      bench.nowMs = 10 * SEEN_MS;
      bench.hearAll(upTo(BEYOND_FIRST), () => 'old');
      bench.pass(ms);
      bench.hear(BEYOND_FIRST + 1, 'old');
      bench.pass(SEEN_MS);
      expect(bench.hear(BEYOND_FIRST + 1, 'other')).toBe('new');
    },
  );

  test('gives back the contents after a long silence', () => {
    bench.nowMs = 10 * SEEN_MS;
    bench.hearAll(upTo(100));
    bench.pass(2 * SEEN_MS);
    bench.hear(101);
    expect(bench.cache.size).toBe(1);
  });

  test('gives back the contents of origins that are silent while others speak', () => {
    bench.nowMs = 10 * SEEN_MS;
    bench.hearAll(upTo(100));
    bench.pass(SEEN_MS);
    bench.hear(1, 'hi', 'carol');
    expect(bench.cache.size).toBe(101);
    bench.pass(SEEN_MS);
    bench.hear(2, 'hi', 'carol');
    expect(bench.cache.size).toBe(2);
  });

  test('forgets the origin that was silent longest for a new one, with its contents', () => {
    bench = new SeenBench({ originsMax: 3 });
    for (const origin of ['a', 'b', 'c', 'a']) bench.hear(1, origin, origin);
    bench.hear(2, 'a', 'a');
    expect([bench.cache.originCount, bench.cache.size]).toEqual([3, 4]);
    bench.hear(1, 'd', 'd');
    expect([bench.cache.originCount, bench.cache.size]).toEqual([3, 4]);
    expect(['a', 'c', 'd'].map((origin) => bench.hear(1, origin, origin))).toEqual(all('duplicate', 3));
    expect(bench.hear(1, 'b', 'b')).toBe('new');
  });

  test('forgets an origin for good, also where it was the last one heard', () => {
    bench = new SeenBench({ originsMax: 1 });
    for (const origin of ['a', 'b', 'a', 'b']) {
      expect(bench.hear(1, 'hi', origin)).toBe('new');
      expect(bench.hear(1, 'hi', origin)).toBe('duplicate');
      expect([bench.cache.originCount, bench.cache.size]).toEqual([1, 1]);
    }
  });

  test('takes an origin for heard even where all that it said was a duplicate', () => {
    bench = new SeenBench({ originsMax: 2 });
    for (const origin of ['a', 'b', 'a', 'c']) bench.hear(1, 'hi', origin);
    expect(bench.hear(1, 'hi', 'a')).toBe('duplicate');
  });
});
