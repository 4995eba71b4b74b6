/**
 * What one origin has said lately: per message ID the contents seen under it, newest first. Nearly always
 * that is one; two lives of the origin, two peers that send the same nickname as their HID, or a liar make it
 * more.
 *
 * Message IDs count by one, so the first content of each lies in a row: two plain numbers a message, and no
 * object. What does not fit there (a second content, an ID far off) is kept by ID.
 *
 * Invariants: an ID has a place in the row or among the others, and one that is among the others gets none in
 * the row any more; an empty one costs nearly nothing, because every origin has two.
 */

/** One content seen under a message ID, and when; `before` is the one seen under the same ID before. */
export interface Sighting {
  readonly fingerprint: number;
  readonly atMs: number;
  readonly before: Sighting | undefined;
}

/** IDs that may be missing between two in the row: as many places lie empty for them. */
const HOLES_MAX = 4;

/** The time at an empty place of the row. */
const NEVER = Number.NEGATIVE_INFINITY;

/** The sightings of one origin in one generation of the seen-cache. */
export class Sightings {
  /** ID of the row's first place. */
  #firstId = 0;
  #fingerprints: number[] | undefined;
  #timesMs: number[] | undefined;
  #others: Map<number, Sighting> | undefined;
  #size = 0;

  /** Sightings held, all contents counted. */
  get size(): number {
    return this.#size;
  }

  /** The content seen last under this ID. */
  newest(msgId: number): Sighting | undefined {
    return this.#others?.get(msgId) ?? this.#inRow(msgId);
  }

  /** True if a content has been seen under this ID. */
  has(msgId: number): boolean {
    const atMs = this.#timesMs?.[msgId - this.#firstId];
    return (atMs !== undefined && atMs !== NEVER) || this.#others?.has(msgId) === true;
  }

  add(msgId: number, fingerprint: number, atMs: number): void {
    this.#size += 1;
    if (this.#putInRow(msgId, fingerprint, atMs)) return;
    this.#others ??= new Map();
    this.#others.set(msgId, { fingerprint, atMs, before: this.newest(msgId) });
  }

  #inRow(msgId: number): Sighting | undefined {
    const place = msgId - this.#firstId;
    const atMs = this.#timesMs?.[place];
    const fingerprint = this.#fingerprints?.[place];
    if (atMs === undefined || fingerprint === undefined || atMs === NEVER) return undefined;
    return { fingerprint, atMs, before: undefined };
  }

  /** @returns false where it has no place there. */
  #putInRow(msgId: number, fingerprint: number, atMs: number): boolean {
    if (!this.#fingerprints || !this.#timesMs) {
      this.#firstId = msgId;
      this.#fingerprints = [];
      this.#timesMs = [];
    }
    const place = msgId - this.#firstId;
    const { length } = this.#timesMs;
    if (place < 0 || place > length + HOLES_MAX || this.#others?.has(msgId)) return false;
    if (place < length && this.#timesMs[place] !== NEVER) return false;
    for (let hole = length; hole < place; hole += 1) {
      this.#fingerprints.push(0);
      this.#timesMs.push(NEVER);
    }
    this.#fingerprints[place] = fingerprint;
    this.#timesMs[place] = atMs;
    return true;
  }
}

/** When this content was seen last, among `newest` and those before it. */
export function seenAt(newest: Sighting | undefined, fingerprint: number): number | undefined {
  for (let sighting = newest; sighting; sighting = sighting.before) {
    if (sighting.fingerprint === fingerprint) return sighting.atMs;
  }
  return undefined;
}

/** How many of `newest` and those before it were seen at `sinceMs` or later. */
export function countSince(newest: Sighting | undefined, sinceMs: number): number {
  let count = 0;
  for (let sighting = newest; sighting && sighting.atMs >= sinceMs; sighting = sighting.before) count += 1;
  return count;
}
