/** Bursts are taken over at once, in order, and nothing waits for ever. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gathered } from '../../../../src/console/page/state/socket/gathered.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what comes within the time is one batch, what comes later the next', () => {
  const batches: (readonly number[])[] = [];
  const put = gathered<number>((batch) => batches.push(batch), 50, 100);
  put(1);
  vi.advanceTimersByTime(49);
  put(2);
  expect(batches).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(batches).toEqual([[1, 2]]);
  put(3);
  vi.advanceTimersByTime(50);
  expect(batches).toEqual([[1, 2], [3]]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a hidden page, whose timers wait, takes over what is enough', () => {
  const sizes: number[] = [];
  const put = gathered<number>((batch) => sizes.push(batch.length), 50, 100);
  for (let one = 0; one < 250; one += 1) put(one);
  expect(sizes).toEqual([100, 100]);
  vi.advanceTimersByTime(50);
  expect(sizes).toEqual([100, 100, 50]);
  expect(vi.getTimerCount()).toBe(0);
});
