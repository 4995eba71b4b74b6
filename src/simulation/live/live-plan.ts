/** The plan of a world that runs live, from what a recording says of it. */
import type { WorldOrigin } from '../../log/by-hand/inputs.ts';
import { isFaultName } from '../faults/faults.ts';
import { drawPlan, type Plan, type PlannedPeer } from '../plan.ts';

/** Peers of a quiet world join one after the other. */
const JOIN_EVERY_MS = 500;
/** As people know it from a network of their own country: slow enough to be seen, at 1/10 of the speed. */
const QUIET_LATENCY_MS = { least: 15, most: 45 };
/** Names of the first peers of a quiet world, as in the demo; more are numbered. */
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];
const QUIET_PEERS = 5;

/**
 * The same origin gives the same plan.
 * @throws RangeError where it names a fault that there is not.
 */
export function planOf({ seed, kind, peers, minutes, faults }: WorldOrigin): Plan {
  const names = faults?.map((fault) => {
    if (!isFaultName(fault)) throw new RangeError(`There is no fault ${fault}.`);
    return fault;
  });
  if (kind === 'drawn') return drawPlan(seed, { peers, minutes, faults: names });
  const drawn = drawPlan(seed, { peers: peers ?? QUIET_PEERS, minutes, faults: [] });
  const quiet = drawn.peers.map((peer, index): PlannedPeer => {
    const name = NAMES[index] ?? `peer${index + 1}`;
    return {
      ...peer,
      name,
      kind: 'ours',
      duplicates: null,
      habit: null,
      joinMs: (index + 1) * JOIN_EVERY_MS,
    };
  });
  return { ...drawn, peers: quiet, actions: [], latencyMs: QUIET_LATENCY_MS };
}
