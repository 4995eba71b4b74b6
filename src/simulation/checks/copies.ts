/**
 * What the peers of each kind of other implementations have shown, and shown again: a figure, no invariant.
 */

import { OTHER_KIND_NAMES } from '../others/other-duplicates.ts';
import type { RecordedCopies } from '../recording.ts';
import type { SimulatedPeer } from '../simulated-peer.ts';
import type { MessageLedger } from './message-ledger.ts';

/** One entry for each kind that is there. */
export function copiesOfKinds(peers: readonly SimulatedPeer[], ledger: MessageLedger): RecordedCopies[] {
  return OTHER_KIND_NAMES.flatMap((kind) => {
    const ofKind = peers.filter(({ plan }) => plan.duplicates === kind);
    if (ofKind.length === 0) return [];
    const sum = (of: (peer: number) => number) => ofKind.reduce((total, { index }) => total + of(index), 0);
    const shown = sum((peer) => ledger.shownCount(peer));
    return [{ kind, shown, again: sum((peer) => ledger.shownAgain(peer)) }];
  });
}
