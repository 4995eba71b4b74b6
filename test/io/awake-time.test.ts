/** Goal: what a process remembers does not age while it sleeps, and ages by the clock while it is awake. */
import { beforeEach, describe, expect, test } from 'vitest';
import { AwakeTime } from '../../src/io/awake-time.ts';
import { MemoryNetwork } from '../../src/io/memory/memory-network.ts';
import type { SimulatedProcess } from '../../src/io/memory/process.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';

const LIMITS = { awakeTickMs: 10_000, sleepMs: 30_000 };

let world: StepClock;
let process: SimulatedProcess;
let awake: AwakeTime;

beforeEach(() => {
  world = new StepClock();
  process = new MemoryNetwork({ clock: world, latencyMs: 1 }).process('10.0.0.1');
  awake = new AwakeTime(process.clock, LIMITS);
  awake.start();
});

/** How much it says has passed in so many milliseconds of the world. */
function passed(ms: number): number {
  const before = awake.now();
  world.advance(ms);
  return awake.now() - before;
}

describe('awake time', () => {
  test("is the clock's while the process runs, however quiet it is", () => {
    expect(passed(3_600_000)).toBe(3_600_000);
  });

  test('stands still in a sleep but for what was before its first tick, and goes on behind it', () => {
    world.advance(60_000);
    process.pause();
    const asleep = passed(600_000);
    expect(asleep).toBeLessThanOrEqual(LIMITS.awakeTickMs);
    process.resume();
    expect(passed(60_000)).toBe(60_000);
  });

  test('counts a standstill that is no sleep', () => {
    world.advance(60_000);
    process.pause();
    world.advance(LIMITS.sleepMs - LIMITS.awakeTickMs);
    process.resume();
    expect(passed(0)).toBe(0);
    expect(passed(60_000)).toBe(60_000);
    expect(awake.now()).toBe(world.now());
  });

  test('never goes back, and leaves no timer when it is stopped', () => {
    let latest = awake.now();
    for (let times = 0; times < 50; times += 1) {
      if (times % 3 === 1) process.pause();
      world.advance(17_000);
      if (times % 3 === 0) process.resume();
      expect(awake.now()).toBeGreaterThanOrEqual(latest);
      latest = awake.now();
    }
    process.resume();
    awake.stop();
    expect(process.usage.timers).toBe(0);
  });
});
