/**
 * The invariants that are a look at the peers as they are now; each function says what is broken, or nothing.
 * Those that need a history are in message-ledger.ts (1), delivery-check.ts (2) and request-watch.ts (4).
 */

import { WINDOW_BYTES } from '../../io/memory/tcp/memory-pipe.ts';
import { neighbourLists, reachedFrom } from '../../overlay/pieces.ts';
import type { SimulatedPeer } from '../simulated-peer.ts';

/** The invariants by number, as docs/SIMULATION.md lists them. */
export const INVARIANTS = {
  shown: '1 shown once, unchanged, from its sender',
  delivered: '2 delivered over fault-free links',
  links: '3 one forward link, CONNECTED if and only if linked, no link to itself',
  requests: '4 one request at a time, a J every 20 s',
  well: '5 well again within 120 s',
  cost: '6 a broadcast costs n−1 to n+1 TEXT frames',
  past: '9 who joins shows nothing of the past',
  order: '10 over one link in order, what is sent again included',
  queues: '11 what waits for one link stays within its bound',
  crossing: '12 of two links that cross one is left',
  nothingLeft: '7 nothing is left after everybody has quit',
} as const;

/** Invariant 3. */
export function brokenLinks(peer: SimulatedPeer): string | undefined {
  const status = peer.status();
  if (!status || status.state === 'TERMINATED') return undefined;
  const forward = status.links.filter(({ direction }) => direction === 'forward').length;
  if (forward > 1) return `${peer.name} has ${forward} forward links`;
  if (status.links.some(({ member }) => member.hid === peer.hid)) return `${peer.name} is linked to itself`;
  const isConnected = status.state === 'CONNECTED';
  if (isConnected === status.links.length > 0) return undefined;
  return `${peer.name} is ${status.state} with ${status.links.length} links`;
}

/** A J is due every 20 s; one that queues behind a request may take as long as a reply may. */
const JOIN_LATEST_MS = 31_000;

/** Invariant 4, the KEEPALIVE. */
export function lateJoin(peer: SimulatedPeer): string | undefined {
  if (peer.sinceJoinMs <= JOIN_LATEST_MS) return undefined;
  return `${peer.name} has sent no J for ${Math.round(peer.sinceJoinMs / 1_000)} s`;
}

/**
 * Invariant 11: a window of each link may come in until the reading stops. @param linkQueueMaxBytes see
 * limits/.
 */
export function overfullQueue(peer: SimulatedPeer, linkQueueMaxBytes: number): string | undefined {
  const { queuedMaxBytes } = peer;
  if (queuedMaxBytes <= linkQueueMaxBytes) return undefined;
  if (queuedMaxBytes <= linkQueueMaxBytes + peer.neighbours().length * WINDOW_BYTES) return undefined;
  return `${peer.name} has ${queuedMaxBytes} bytes waiting for one link`;
}

/** Invariant 5, first half: everybody CONNECTED, the overlay in one piece. */
export function unwell(living: readonly SimulatedPeer[]): string | undefined {
  if (living.length < 2) return undefined;
  const alone = living.find((peer) => (peer.status()?.state ?? 'CONNECTED') !== 'CONNECTED');
  if (alone) return `${alone.name} is ${alone.status()?.state}`;
  const indexOf = new Map(living.map(({ name, index }) => [name, index]));
  const pairs = living.flatMap((peer) =>
    peer.neighbours().map((name): [number, number] => [peer.index, indexOf.get(name) ?? peer.index]),
  );
  const first = living[0] as SimulatedPeer;
  const reached = new Set(reachedFrom(first.index, neighbourLists(pairs)));
  const apart = living.filter(({ index }) => !reached.has(index)).map(({ name }) => name);
  if (apart.length === 0) return undefined;
  return `the overlay is in pieces: ${apart.join(', ')} can't be reached from ${first.name}`;
}

/** Invariant 6, for a message that everybody has got. What other implementations write is not counted. */
export function wrongCost(
  content: string,
  frames: number,
  living: readonly SimulatedPeer[],
): string | undefined {
  const count = living.length;
  if (count < 2 || living.some(({ isOurs }) => !isOurs)) return undefined;
  if (frames >= count - 1 && frames <= count + 1) return undefined;
  return `"${content}" has cost ${frames} frames among ${count} peers`;
}
