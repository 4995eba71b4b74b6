/**
 * Goal: a simulated world is the same with a capture and without, and what is captured is the whole of it:
 * every frame of every peer, whatever breaks.
 */
import { expect, test } from 'vitest';
import { fileHead } from '../../src/capture/pcapng.ts';
import { WireCapture } from '../../src/capture/wire-capture.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';
import type { WireTap } from '../../src/simulation/world-options.ts';
import { connectionsIn, packetsIn } from './read-capture.ts';

function capturing() {
  const blocks: Buffer[] = [];
  const captured: WireTap = (nowMs) => {
    const { closeGraceMs } = PEER_LIMITS;
    const capture = new WireCapture({ sink: (block) => blocks.push(block), nowMs, closeGraceMs });
    return (network, host) => capture.network(network, host);
  };
  return { captured, packets: () => packetsIn(Buffer.concat([fileHead(), ...blocks])) };
}

test.each([1, 2, 3, 5, 8])('the world of seed %i is the same when it is captured', (seed) => {
  const plan = drawPlan(seed, { minutes: 1, peers: 6 });
  const { captured, packets } = capturing();
  const { traceHash, simulatedMs } = runWorld(plan, { captured });
  expect(traceHash).toBe(runWorld(plan).traceHash);
  const found = packets();
  // Sequence numbers are looked at there.
  const connections = connectionsIn(found);
  expect(connections.length).toBeGreaterThan(10);
  const times = found.map(({ timeMs }) => timeMs);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(times.at(-1)).toBeLessThanOrEqual(simulatedMs);
  const hosts = new Set(found.map(({ from }) => from.split(':')[0]));
  expect([...hosts].toSorted()).toEqual(['10.0.0.1', ...plan.peers.map(({ ip }) => ip)].toSorted());
});

test('without faults, each message is on the wires once for every link that it takes, and each poke once', () => {
  const drawn = drawPlan(4, { minutes: 0.5, peers: 4, faults: [] });
  // Somebody who was there before.
  const poke = { atMs: 20_000, peer: 0, type: 'poke', text: drawn.peers[2]?.name ?? '' } as const;
  const plan = { ...drawn, actions: [...drawn.actions, poke] };
  const { captured, packets } = capturing();
  const { recording } = runWorld(plan, { captured });
  const found = packets();
  const said = connectionsIn(found).map(({ fromClient, fromServer }) => fromClient + fromServer);
  const times = (content: string) => said.join('').split(`:${content}::\r\n`).length - 1;
  const counts = recording.messages
    .filter(({ deliveries }) => deliveries.length > 1)
    .map(({ content }) => times(content));
  expect(counts.length).toBeGreaterThan(3);
  // A flood costs n − 1 to n + 1 frames.
  for (const count of counts) expect([3, 4, 5]).toContain(count);
  const pokes = found.filter(
    ({ transport, payload }) => transport === 'UDP' && payload.toString().startsWith('K:'),
  );
  const answers = found.filter(
    ({ transport, payload }) => transport === 'UDP' && payload.toString().startsWith('A:'),
  );
  expect(pokes).toHaveLength(1);
  expect(answers.length).toBe(pokes.length);
  expect(found.filter(({ to, from }) => to.startsWith('0.') || from.startsWith('0.'))).toEqual([]);
});
