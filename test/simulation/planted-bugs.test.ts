import { expect, test } from 'vitest';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';

const SEEDS_MAX = 200;

test.each(PLANTED_BUGS)(
  'the simulator finds: $name',
  { timeout: 240_000 },
  ({ variant, caughtBy, worlds }) => {
    for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
      const options = { variant, asksForEverything: true };
      const [violation] = runWorld(drawPlan(seed, worlds ?? { minutes: 1 }), options).recording.violations;
      if (!violation) continue;
      expect(caughtBy, violation.what).toContain(Number.parseInt(violation.invariant, 10));
      return;
    }
    throw new Error(`not found within ${SEEDS_MAX} seeds`);
  },
);
