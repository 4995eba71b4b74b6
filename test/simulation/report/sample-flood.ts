/** How a message of the sample floods over the links that are up when it is sent, and how long that takes. */

import type { SeededRandom } from '../../../src/io/memory/seeded-random.ts';
import type {
  RecordedDelivery,
  RecordedFault,
  RecordedLink,
  RecordedMessage,
} from '../../../src/simulation/recording.ts';

/** A message before anybody has got it. */
export type Sent = Omit<RecordedMessage, 'deliveries' | 'frames'>;

/** The world that it floods through. */
export interface FloodWorld {
  readonly links: readonly RecordedLink[];
  readonly faults: readonly RecordedFault[];
  readonly random: SeededRandom;
  readonly isAlive: (peer: number, atMs: number) => boolean;
}

/** The message with all its deliveries. */
export function flood(sent: Sent, world: FloodWorld): RecordedMessage {
  const neighbours = (peer: number): readonly number[] =>
    world.links
      .filter((link) => link.upMs <= sent.sentMs && sent.sentMs < link.downMs)
      .flatMap((link) => (link.from === peer ? [link.to] : link.to === peer ? [link.from] : []));
  const waiting: RecordedDelivery[] = [{ peer: sent.from, atMs: sent.sentMs, via: null, hops: 0 }];
  const deliveries: RecordedDelivery[] = [];
  let frames = 0;
  while (waiting.length > 0) {
    waiting.sort((a, b) => b.atMs - a.atMs);
    const next = waiting.pop();
    if (!next || deliveries.some(({ peer }) => peer === next.peer)) continue;
    deliveries.push(next);
    for (const other of neighbours(next.peer)) {
      if (other === next.via || other === sent.from) continue;
      frames += 1;
      if (!world.isAlive(other, sent.sentMs) || isParted(world, next.peer, other, sent.sentMs)) continue;
      const atMs = next.atMs + delayMs(world, next.peer, other, next.atMs);
      waiting.push({ peer: other, atMs, via: next.peer, hops: next.hops + 1 });
    }
  }
  return { ...sent, deliveries, frames };
}

function isParted({ faults }: FloodWorld, a: number, b: number, atMs: number): boolean {
  return faults.some(({ fault, fromMs, toMs, peers }) => {
    if (atMs < fromMs || atMs >= toMs) return false;
    if (fault === 'split') return a % 2 !== b % 2;
    return fault === 'isolate' && (peers.includes(a) || peers.includes(b));
  });
}

function delayMs({ faults, random }: FloodWorld, from: number, to: number, atMs: number): number {
  const base = 6 + ((from * 7 + to * 13) % 29) - 6 * Math.log(1 - random.next());
  const now = faults.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  if (now.some(({ fault }) => fault === 'latency')) return base * 12;
  if (now.some(({ fault, peers }) => (fault === 'slow' || fault === 'clog') && peers.includes(to)))
    return base * 60;
  return base;
}
