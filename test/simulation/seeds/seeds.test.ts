import { describe, expect, test } from 'vitest';
import type { FaultName } from '../../../src/simulation/faults/faults.ts';
import { drawPlan } from '../../../src/simulation/plan.ts';
import { runWorld } from '../../../src/simulation/world.ts';
import { PAST_SEEDS } from './past-seeds.ts';

/** Faults that were not there yet: the worlds are to stay what they were. */
const LATER: readonly FaultName[] = ['flood', 'stuck'];

/** What a person needs to see of a broken world. */
function broken(seed: number, minutes: number): string[] {
  const faults = drawPlan(seed, { minutes }).faultNames.filter((name) => !LATER.includes(name));
  const { violations, replay } = runWorld(drawPlan(seed, { minutes, faults })).recording;
  return violations.map(({ invariant, atMs, what }) => `${replay}: ${invariant} at ${atMs}: ${what}`);
}

describe('worlds that were broken once hold', () => {
  test.each(PAST_SEEDS)('seed $seed: $story', ({ seed, minutes }) => {
    expect(broken(seed, minutes)).toEqual([]);
  });
});

test('the same seed gives the same trace, byte for byte, and another seed another', () => {
  const run = (seed: number) => {
    const lines: string[] = [];
    const { traceHash } = runWorld(drawPlan(seed, { minutes: 1 }), { onTrace: (line) => lines.push(line) });
    return { traceHash, lines };
  };
  const hashes = [11, 12, 13].map((seed) => {
    const [first, second] = [run(seed), run(seed)];
    expect(second.lines).toEqual(first.lines);
    expect(second.traceHash).toBe(first.traceHash);
    expect(first.lines.length).toBeGreaterThan(20);
    return first.traceHash;
  });
  expect(new Set(hashes).size).toBe(3);
});
