/**
 * Invariant 2: a message reaches every peer that stayed connected to its sender by fault-free links for the
 * time of the flood. Who that is, is known only when the time is over.
 */
import { neighbourLists, reachedFrom } from '../../overlay/pieces.ts';
import type { FaultName } from '../faults/faults.ts';
import type { RecordedFault } from '../recording.ts';
import type { SimulatedPeer } from '../simulated-peer.ts';
import type { LinkBook } from './link-book.ts';
import type { MessageLedger } from './message-ledger.ts';

/** Time that a flood is given: the longest way through a world without faults takes far less. */
export const FLOOD_MS = 15_000;
/** A fault that has just ended may have left something behind in a connection. */
const AFTERMATH_MS = 15_000;
/** Where nothing got through, TCP tries again after pauses that double up to two minutes (RTO_MAX). */
const CUT_AFTERMATH_MS = 130_000;
/** Whatever these do to a network, TCP delivers all the same. */
const BEARABLE: readonly FaultName[] = ['segments', 'udp'];
const CUTTING: readonly FaultName[] = ['split', 'oneway', 'isolate'];

/** Everybody's messages wait behind a flood, and for the slowest link, until that is given up. */
const FLOOD_AFTERMATH_MS = 60_000;

/** What is looked at. */
interface DeliveryCheck {
  readonly content: string;
  readonly sender: SimulatedPeer;
  readonly sentMs: number;
  readonly peers: readonly SimulatedPeer[];
  readonly book: LinkBook;
  readonly ledger: MessageLedger;
  readonly faults: readonly RecordedFault[];
}

/** Names of the peers that should have shown the message and have not. */
export function missingFrom(check: DeliveryCheck): string[] {
  const { content, sender, sentMs, peers, book, ledger, faults } = check;
  const fromMs = sentMs;
  const toMs = sentMs + FLOOD_MS;
  const near = faults.filter(
    (fault) =>
      !BEARABLE.includes(fault.fault) && fault.fromMs <= toMs && fault.toMs + aftermathMs(fault) >= fromMs,
  );
  // Who nobody can ask the room server for: a fault of the whole network is everybody's.
  if (near.some(({ fault, peers: hit }) => hit.length === 0 || fault === 'flood')) return [];
  const hit = new Set(near.flatMap((fault) => fault.peers));
  const isCalm = (index: number) => {
    const peer = peers[index];
    return peer?.isOurs === true && !hit.has(index) && isAliveSince(peer, fromMs - AFTERMATH_MS);
  };
  if (!isCalm(sender.index)) return [];
  const whole = book.wholeBetween(fromMs, toMs).filter(([one, other]) => isCalm(one) && isCalm(other));
  return reachedFrom(sender.index, neighbourLists(whole))
    .map((index) => peers[index])
    .filter((peer): peer is SimulatedPeer => peer !== undefined)
    .filter((peer) => !ledger.hasShown(content, peer.index, peer.incarnation))
    .map(({ name }) => name);
}

function aftermathMs({ fault }: RecordedFault): number {
  if (fault === 'flood') return FLOOD_AFTERMATH_MS;
  return CUTTING.includes(fault) ? CUT_AFTERMATH_MS : AFTERMATH_MS;
}

function isAliveSince(peer: SimulatedPeer, atMs: number): boolean {
  return peer.aliveSinceMs !== null && peer.aliveSinceMs <= atMs;
}
