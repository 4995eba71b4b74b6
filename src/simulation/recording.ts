/**
 * What happened in one simulated world, as plain data: what the report draws and what a violation is
 * explained with. Times are milliseconds of simulated time from 0; peers are named by their index in `peers`.
 */
import type { FaultName } from './faults/faults.ts';
import type { OtherKind } from './others/other-duplicates.ts';

/** One peer of the world; a restart is a new incarnation of the same peer. */
export interface RecordedPeer {
  readonly name: string;
  readonly ip: string;
  readonly hid: string;
  /** `ours`: the program itself. `other`: behaves like other implementations. */
  readonly kind: 'ours' | 'other';
  /** How it tells duplicates; `null` for ours. */
  readonly duplicates: OtherKind | null;
  readonly incarnations: readonly { readonly fromMs: number; readonly toMs: number; readonly end: string }[];
}

/** One link that was up, as the peer that dialled it saw it. */
export interface RecordedLink {
  readonly from: number;
  readonly to: number;
  readonly upMs: number;
  /** When the dialling peer lost it; the end of the run where it never did. */
  readonly downMs: number;
  /** True if it took over from another one when its member answered again. */
  readonly isFailback: boolean;
}

/** One showing of a message in somebody's Message window. */
export interface RecordedDelivery {
  readonly peer: number;
  readonly atMs: number;
  /** Who handed it over; the sender's own entry has none. */
  readonly via: number | null;
  /** Links between the sender and this peer on the way that the message took; 0 for the sender. */
  readonly hops: number;
}

/** One chat message. */
export interface RecordedMessage {
  readonly content: string;
  readonly from: number;
  /** Number of the incarnation that its sender was in, from 1. */
  readonly fromIncarnation: number;
  readonly sentMs: number;
  readonly deliveries: readonly RecordedDelivery[];
  /** TEXT frames that all peers together have written for it. */
  readonly frames: number;
  /** True for the messages that every peer sends at the end, when everything must be well again. */
  readonly isProbe: boolean;
}

/** One fault while it lasted; those of a moment end when they begin. */
export interface RecordedFault {
  readonly fault: FaultName;
  readonly fromMs: number;
  readonly toMs: number;
  /** Whom it hits; empty: the whole network, or the room server. */
  readonly peers: readonly number[];
  /** In words: "split peer1, peer3 | peer2, peer4". */
  readonly what: string;
}

/** What the peers of one kind have shown of others' messages. */
export interface RecordedCopies {
  readonly kind: OtherKind;
  /** Messages, each peer's counted for itself. */
  readonly shown: number;
  /** How often one was shown that this peer had shown before. */
  readonly again: number;
}

/** A broken invariant. */
export interface Violation {
  /** Number and name, as `docs/SIMULATION.md` lists them. */
  readonly invariant: string;
  readonly atMs: number;
  /** What was seen, in one sentence. */
  readonly what: string;
  /** What each peer says of itself at that moment. */
  readonly peers: readonly string[];
}

/** One run of one seed. */
export interface Recording {
  readonly seed: number;
  readonly endMs: number;
  /** From here on no fault is left, and everything has to become well again. */
  readonly calmMs: number;
  readonly peers: readonly RecordedPeer[];
  readonly links: readonly RecordedLink[];
  readonly messages: readonly RecordedMessage[];
  readonly faults: readonly RecordedFault[];
  readonly violations: readonly Violation[];
  /** Of each kind of other implementations in this world. */
  readonly copies: readonly RecordedCopies[];
  /** The line to paste that replays this run. */
  readonly replay: string;
}
