/**
 * Invariant 2, as it is seen at the end of a world: every message has reached everybody who was linked when
 * it was said, and is alive and in the room at the end, whatever fault came between.
 *
 * What the protocol makes impossible is not asked for. A peer may die with the only copy of what it has said,
 * and what it said in an incarnation that is over is not told again. A peer that joins is given no past, so
 * it can't hand it on: who is never linked again with anybody who was there misses what was said meanwhile.
 * And who has said nothing yet can't be told from a process that was started anew.
 */

import type { RecordedDelivery, RecordedLink, RecordedMessage } from '../recording.ts';
import type { SimulatedPeer } from '../simulated-peer.ts';
import type { MessageLedger } from './message-ledger.ts';

interface Span {
  readonly peer: number;
  readonly incarnation: number;
  readonly fromMs: number;
  toMs: number;
}

/** When each peer was linked, in which of its incarnations. */
export class LinkedTimes {
  readonly #spans: Span[] = [];

  /** A peer is CONNECTED from now on. */
  begin(peer: number, incarnation: number, atMs: number): void {
    this.end(peer, atMs);
    this.#spans.push({ peer, incarnation, fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
  }

  /** It is not any more. */
  end(peer: number, atMs: number): void {
    const open = this.#spans.find((span) => span.peer === peer && span.toMs === Number.POSITIVE_INFINITY);
    if (open) open.toMs = atMs;
  }

  /** True if this incarnation of this peer has been linked by then. */
  hasBeenLinked(peer: number, incarnation: number, atMs: number): boolean {
    return this.#spans.some(
      (span) => span.peer === peer && span.incarnation === incarnation && span.fromMs < atMs,
    );
  }

  /** True if this incarnation of this peer was linked then. */
  wasLinked(peer: number, incarnation: number, atMs: number): boolean {
    return this.#spans.some(
      (span) =>
        span.peer === peer && span.incarnation === incarnation && span.fromMs <= atMs && atMs < span.toMs,
    );
  }
}

/** A message that somebody has missed. */
interface Missed {
  readonly content: string;
  readonly sentMs: number;
  readonly from: string;
  readonly missing: readonly SimulatedPeer[];
}

/** Messages that have not reached everybody that they should have, in order of sending. */
export function missedInTheEnd(
  peers: readonly SimulatedPeer[],
  ledger: MessageLedger,
  linked: LinkedTimes,
  links: readonly RecordedLink[],
): Missed[] {
  const messages = ledger.recorded();
  return messages.flatMap(({ content, from, fromIncarnation, sentMs, deliveries }) => {
    const sender = peers[from];
    if (!sender?.isAlive || sender.incarnation !== fromIncarnation) return [];
    // Said before the first link it is shown at home only (PROTOCOL.md, Send).
    if (!linked.hasBeenLinked(from, fromIncarnation, sentMs)) return [];
    const missing = peers.filter(
      (peer) =>
        peer.isAlive &&
        linked.wasLinked(peer.index, peer.incarnation, sentMs) &&
        !ledger.hasShown(content, peer.index, peer.incarnation) &&
        hasMetSomebody(peer, sentMs, deliveries, { peers, links, messages, linked }),
    );
    if (missing.length === 0) return [];
    return [{ content, sentMs, from: sender.name, missing }];
  });
}

/** What a world has seen. */
interface Happenings {
  readonly peers: readonly SimulatedPeer[];
  readonly links: readonly RecordedLink[];
  readonly messages: readonly RecordedMessage[];
  readonly linked: LinkedTimes;
}

/** A link that lived for so long has carried what is given over it first. */
const MEETING_MS = 5_000;

/** True if the peer was linked anew, later, with somebody who had the message then. */
function hasMetSomebody(
  peer: SimulatedPeer,
  sentMs: number,
  deliveries: readonly RecordedDelivery[],
  { peers, links, messages, linked }: Happenings,
): boolean {
  const spokenMs = messages.find(
    ({ from, fromIncarnation, sentMs: atMs }) =>
      from === peer.index &&
      fromIncarnation === peer.incarnation &&
      linked.hasBeenLinked(from, fromIncarnation, atMs),
  )?.sentMs;
  if (spokenMs === undefined) return false;
  return links.some(({ from, to, upMs, downMs }) => {
    if (upMs <= sentMs || upMs <= spokenMs || downMs - upMs < MEETING_MS) return false;
    if (from !== peer.index && to !== peer.index) return false;
    const other = from === peer.index ? to : from;
    const sinceMs = peers[other]?.aliveSinceMs ?? Number.POSITIVE_INFINITY;
    return sinceMs <= sentMs && deliveries.some(({ peer: holder, atMs }) => holder === other && atMs < upMs);
  });
}
