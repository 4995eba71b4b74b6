/** Fresh worlds, all of them logged, run in two halves so that two cores share them. */
import { expect, test } from 'vitest';
import { drawPlan } from '../../../src/simulation/plan.ts';
import { runChecked } from '../../log/logged-world.ts';

/** Short worlds, many of them: chat and faults for half a minute, then two minutes to become well again. */
const MINUTES = 0.5;

/** Registers one test over a range of seeds. */
export function newSeeds(first: number, last: number): void {
  test(`every invariant, and every cause in the log, holds in the worlds ${first} to ${last}`, {
    timeout: 300_000,
  }, () => {
    const broken: string[] = [];
    for (let seed = first; seed <= last; seed += 1) {
      const { recording, wrong } = runChecked(drawPlan(seed, { minutes: MINUTES }));
      const { violations, replay } = recording;
      broken.push(...violations.map(({ invariant, what }) => `${replay}: ${invariant}: ${what}`));
      broken.push(...wrong.map((what) => `${replay}: in its log ${what}`));
    }
    expect(broken).toEqual([]);
  });
}
