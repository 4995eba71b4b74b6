/** Colours of nicknames. */
import { expect, test } from 'vitest';
import { speakerHue } from '../../../../src/console/page/views/chat/speaker-hue.ts';

const NAMES = Array.from({ length: 600 }, (_, at) => `member${at}`);

test('a nickname has one hue, whoever else is there', () => {
  expect(speakerHue('alice')).toBe(speakerHue('alice'));
  expect(speakerHue('')).toBeGreaterThanOrEqual(0);
});

test('nicknames are spread over all hues, and neighbours in the alphabet differ', () => {
  const counts = new Map<number, number>();
  for (const name of NAMES) counts.set(speakerHue(name), (counts.get(speakerHue(name)) ?? 0) + 1);
  expect(counts.size).toBe(12);
  for (const [hue, count] of counts) {
    expect(hue).toBeGreaterThanOrEqual(0);
    expect(hue).toBeLessThan(360);
    // 50 each, were it perfectly even.
    expect(count).toBeGreaterThan(25);
    expect(count).toBeLessThan(100);
  }
  const alike = NAMES.filter((name, at) => speakerHue(name) === speakerHue(NAMES[at + 1] ?? ''));
  expect(alike.length).toBeLessThan(NAMES.length / 4);
});
