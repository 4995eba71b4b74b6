/**
 * Whom a message must reach at the end of a world, when everything is whole: everybody that is joined with
 * its sender by peers that pass all messages on. Ours do; of other implementations some lose messages by
 * nature, and so does whatever lies behind them.
 */

import { neighbourLists, reachedFrom } from '../../overlay/pieces.ts';
import { isReadByOthers, isReadByUs } from '../others/wire-habits.ts';
import type { SimulatedPeer } from '../simulated-peer.ts';

/** The living peers that must show a message of this sender, itself included. */
export function mustShow(sender: SimulatedPeer, living: readonly SimulatedPeer[]): SimulatedPeer[] {
  const hasRestarts = living.some(({ incarnation }) => incarnation > 1);
  const faithful = new Set(living.filter((peer) => peer === sender || peer.passesAllOn(hasRestarts)));
  const byName = new Map([...faithful].map((peer) => [peer.name, peer]));
  const pairs = [...faithful].flatMap((peer) =>
    peer.neighbours().flatMap((name): [number, number][] => {
      const other = byName.get(name);
      return other && isRead(peer, other) && isRead(other, peer) ? [[peer.index, other.index]] : [];
    }),
  );
  const reached = new Set(reachedFrom(sender.index, neighbourLists(pairs)));
  return living.filter(({ index }) => reached.has(index));
}

/** True where a neighbour reads what this peer says. */
function isRead(peer: SimulatedPeer, neighbour: SimulatedPeer): boolean {
  return neighbour.isOurs ? isReadByUs(peer.plan.habit) : isReadByOthers(peer.plan.habit);
}
