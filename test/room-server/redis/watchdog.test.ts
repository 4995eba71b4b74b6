import { expect, test } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { Watchdog } from '../../../src/room-server/redis/watchdog.ts';

function watched() {
  const clock = new StepClock();
  const barks: number[] = [];
  const startMs = clock.now();
  return { clock, barks, watchdog: new Watchdog(clock, 1_000, () => barks.push(clock.now() - startMs)) };
}

test('a store that owes an answer and gives none for the time is noticed, once', () => {
  const { clock, barks, watchdog } = watched();
  clock.advance(5_000);
  watchdog.asked();
  watchdog.asked();
  clock.advance(400);
  watchdog.answered();
  clock.advance(999);
  expect(barks).toEqual([]);
  clock.advance(10_000);
  expect(barks).toEqual([6_400]);
});

test('one that is only slow is not, however long each waits; nor one that owes nothing', () => {
  const { clock, barks, watchdog } = watched();
  for (let count = 0; count < 50; count += 1) watchdog.asked();
  for (let count = 0; count < 50; count += 1) {
    clock.advance(900);
    watchdog.answered();
  }
  clock.advance(5_000);
  expect([barks, clock.pending]).toEqual([[], 0]);
  watchdog.asked();
  watchdog.stop();
  expect(clock.pending).toBe(0);
});

test('questions that are refused here are no sign of life', () => {
  const { clock, barks, watchdog } = watched();
  watchdog.asked();
  for (let count = 0; count < 20; count += 1) {
    clock.advance(100);
    watchdog.asked();
    watchdog.refused();
  }
  expect(barks[0]).toBe(1_000);
});
