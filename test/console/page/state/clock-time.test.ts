/** Goal: a time that is shown can be typed back, and nothing else is taken for a time. */
import { expect, test } from 'vitest';
import { exactTimeOfDay, parseTime } from '../../../../src/console/page/state/clock-time.ts';

const DAY_MS = new Date(2026, 10, 28, 12, 0, 0).getTime();

test.each([
  ['16:52', [16, 52, 0, 0]],
  ['16:52:58', [16, 52, 58, 0]],
  [' 6:02:58.1 ', [6, 2, 58, 100]],
  ['16:52:58,120', [16, 52, 58, 120]],
] as const)('%s', (text, [hour, minute, second, ms]) => {
  expect(parseTime(text, DAY_MS)).toBe(new Date(2026, 10, 28, hour, minute, second, ms).getTime());
});

test.each(['', 'now', '25:00', '12:60', '12', '12:00:61', '1e3:00'])('%j is no time', (text) => {
  expect(parseTime(text, DAY_MS)).toBeUndefined();
});

test('the time of a simulated world counts from its beginning, whatever the time zone is', () => {
  expect(exactTimeOfDay(59_440)).toBe('00:00:59.440');
  expect(parseTime('00:01:02.5', 59_440)).toBe(62_500);
});

test('what is shown can be typed', () => {
  const atMs = DAY_MS + 3_723_456;
  expect(parseTime(exactTimeOfDay(atMs), DAY_MS)).toBe(atMs);
});
