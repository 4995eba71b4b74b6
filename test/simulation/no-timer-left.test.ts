/**
 * Goal: no timer of a machine outlives it. XState sets the timers of a state that is entered in a step which
 * leaves the state around it, and cancels them never; it says so when one fires after the end of its machine.
 */
import { expect, onTestFinished, test, vi } from 'vitest';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';

test('in a world in which a forward link is given up as an elder comes, nothing is sent to a machine that has ended', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warned.mockRestore());
  const { recording } = runWorld(drawPlan(20_047, { minutes: 2 }));
  expect(recording.violations).toEqual([]);
  expect(warned.mock.calls).toEqual([]);
});
