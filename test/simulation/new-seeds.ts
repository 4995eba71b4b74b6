/** Fresh worlds, run in two halves so that two cores share them. */
import { expect, test } from 'vitest';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';

/** Short worlds: most of what can break a room breaks in its first minute. */
const MINUTES = 1;

/** Registers one test over a range of seeds. */
export function newSeeds(first: number, last: number): void {
  test(`every invariant holds in the worlds ${first} to ${last}`, { timeout: 120_000 }, () => {
    const broken: string[] = [];
    for (let seed = first; seed <= last; seed += 1) {
      const { violations, replay } = runWorld(drawPlan(seed, { minutes: MINUTES })).recording;
      broken.push(...violations.map(({ invariant, what }) => `${replay}: ${invariant}: ${what}`));
    }
    expect(broken).toEqual([]);
  });
}
