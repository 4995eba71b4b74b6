/** What the seen-cache (seen-cache.ts) remembers of one origin. */
import { IdRanges } from './id-ranges.ts';
import { Sightings, seenAt } from './sightings.ts';

/** As a time: before all others. */
export const NEVER = Number.NEGATIVE_INFINITY;

/** One origin, known by its HID or by its nickname. */
export interface Origin {
  /** Stands for its HID in the lasting contents. */
  readonly tag: number;
  /** IDs seen in the present incarnation. */
  ids: IdRanges;
  /** The highest ID that any incarnation of it can have been seen with. */
  highestId: number;
  /** Fingerprints of the first messages seen in the present incarnation, by ID. */
  first: Map<number, number>;
  /** True when a new incarnation may have begun. */
  isSuspected: boolean;
  /** True when a handshake has confirmed one, and nothing of it has been heard. */
  isConfirmed: boolean;
  /**
   * Until then the member list is no sign of a new incarnation: a handshake has told that it is the one that
   * we know.
   */
  countsOnUntilMs: number;
  /** When a handshake has last confirmed one. */
  confirmedMs: number;
  /** True while the member list, which once had it, has it no more. */
  isAway: boolean;
  young: Sightings;
  old: Sightings;
}

/** One that nothing is known of yet. */
export function newOrigin(tag: number, idRangesMax: number): Origin {
  return {
    tag,
    ids: new IdRanges(idRangesMax),
    highestId: -1,
    first: new Map(),
    isSuspected: false,
    isConfirmed: false,
    confirmedMs: NEVER,
    countsOnUntilMs: NEVER,
    isAway: false,
    young: new Sightings(),
    old: new Sightings(),
  };
}

/** The ID that its present incarnation comes to next; an incarnation begins with 1 at the latest. */
export function nextId({ ids }: Origin): number {
  return Math.max(ids.last, 0) + 1;
}

/**
 * True if no incarnation of it has been seen with this ID or a higher one: nothing can be known of such a
 * message.
 */
export function isBeyondAll({ ids, highestId }: Origin, msgId: number): boolean {
  return msgId > highestId && msgId > ids.last;
}

/** True for the next message of its present incarnation, where nothing lately was said under its ID. */
export function isNextAndUnseen(origin: Origin, msgId: number): boolean {
  return msgId === nextId(origin) && !origin.young.has(msgId) && !origin.old.has(msgId);
}

/** When this very message was heard last; `undefined` where that is forgotten. */
export function lastSeenMs({ young, old }: Origin, msgId: number, fingerprint: number): number | undefined {
  return seenAt(young.newest(msgId), fingerprint) ?? seenAt(old.newest(msgId), fingerprint);
}

/** It is the incarnation that we know. */
export function endSuspicion(origin: Origin): void {
  origin.isSuspected = false;
  origin.isConfirmed = false;
}
