/**
 * What is said faster than it is taken, and who takes nothing: nothing of it is lost or doubled, and the room
 * goes on (docs/LIMITS.md, back-pressure).
 */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { FLOOD_MESSAGES } from '../../src/simulation/faults/flood.ts';
import { drawPlan, type Plan, type PlannedFault } from '../../src/simulation/plan.ts';
import type { Recording } from '../../src/simulation/recording.ts';
import { runWorld } from '../../src/simulation/world.ts';

const TIMEOUT_MS = 120_000;

function fault(name: PlannedFault['fault'], fromMs: number, toMs: number, peers: number[]): PlannedFault {
  const rest = { others: [], isServerWithPeers: true, comesBack: true, clockShiftMs: 0 };
  return { fault: name, fromMs, toMs, peers, ...rest };
}

/** A room of ours in which nobody says anything but what a flood says. */
function quietPlan(seed: number, peers: number, faults: readonly PlannedFault[]): Plan {
  const plan = drawPlan(seed, { peers, minutes: 1.5, faults: [] });
  const ours = plan.peers.map((peer) => ({ ...peer, kind: 'ours' as const, duplicates: null, joinMs: 100 }));
  return { ...plan, peers: ours, actions: [], faultNames: faults.map((each) => each.fault), faults };
}

/** How many messages of the chat each peer has shown. */
function shownBy({ peers, messages }: Recording): number[] {
  const chat = messages.filter(({ isProbe }) => !isProbe);
  return peers.map(
    (_, index) => chat.filter((each) => each.deliveries.some((to) => to.peer === index)).length,
  );
}

describe('a flood', { timeout: TIMEOUT_MS }, () => {
  test('is shown by everybody, whole', () => {
    const { recording } = runWorld(quietPlan(1, 5, [fault('flood', 40_000, 80_000, [0])]), {
      asksForEverything: true,
    });
    expect(recording.violations).toEqual([]);
    expect(shownBy(recording)).toEqual(Array.from({ length: 5 }, () => FLOOD_MESSAGES));
  });

  test.each([3, 4])('of everybody in a room of %i at once: full queues in a ring go on', (count) => {
    const everybody = Array.from({ length: count }, (_, index) => index);
    const { recording } = runWorld(quietPlan(2, count, [fault('flood', 40_000, 80_000, everybody)]), {
      asksForEverything: true,
    });
    expect(recording.violations).toEqual([]);
    expect(shownBy(recording)).toEqual(everybody.map(() => count * FLOOD_MESSAGES));
  });

  test('past somebody who reads nothing: the others have it in time, and that one in the end', () => {
    const stuckMs = [40_000, 60_000] as const;
    const faults = [fault('stuck', ...stuckMs, [2]), fault('flood', 41_000, 80_000, [0])];
    const { recording } = runWorld(quietPlan(3, 5, faults), { asksForEverything: true });
    expect(recording.violations).toEqual([]);
    expect(shownBy(recording)).toEqual(Array.from({ length: 5 }, () => FLOOD_MESSAGES));
    const chat = recording.messages.filter(({ isProbe }) => !isProbe);
    const lastAt = (peer: number) =>
      Math.max(
        ...chat
          .flatMap(({ deliveries }) => deliveries.filter((to) => to.peer === peer))
          .map(({ atMs }) => atMs),
      );
    expect(lastAt(2)).toBeGreaterThan(stuckMs[1]);
    for (const peer of [1, 3, 4]) expect(lastAt(peer)).toBeLessThan(stuckMs[1]);
  });
});

test('a stuck peer without a flood costs nobody anything', { timeout: TIMEOUT_MS }, () => {
  const plan = drawPlan(4, { peers: 5, minutes: 1.5, faults: ['stuck'] });
  expect(runWorld(plan, { asksForEverything: true }).recording.violations).toEqual([]);
});

test('floods of one world fit into a journal', () => {
  const bytes = FLOOD_MESSAGES * 560;
  for (let seed = 0; seed < 200; seed += 1) {
    const { faults } = drawPlan(seed, { minutes: 10, faults: ['flood'] });
    const floods = faults.reduce((sum, { peers }) => sum + peers.length, 0);
    expect(floods * bytes).toBeLessThan(PEER_LIMITS.journalMaxBytes);
  }
});
