/**
 * What one origin has said lately: per message ID the contents seen under it, newest first. Nearly always
 * that is one; two incarnations of the origin, two peers that send the same nickname as their HID, or a liar
 * make it more.
 *
 * Message IDs count by one, so the first content of each lies in a row: two plain numbers a message, and no
 * object. What does not fit there (a second content, an ID far off) is kept by ID. A row is used again when
 * it has been cleared: in a busy room a new one each time would be garbage of a megabyte every few minutes.
 *
 * Invariants: an ID has a place in the row or among the others, and one that is among the others gets none in
 * the row any more; an empty one costs nearly nothing, because every origin has two.
 */

/** One content seen under a message ID, and when; `before` is the one seen under the same ID before. */
interface Sighting {
  readonly fingerprint: number;
  readonly atMs: number;
  readonly before: Sighting | undefined;
  /** This one and those before it. */
  readonly count: number;
}

/** IDs that may be missing between two in the row: as many places lie empty for them. */
const HOLES_MAX = 4;

/** The time at an empty place of the row. */
const NEVER = Number.NEGATIVE_INFINITY;

/** Places of the smallest row. */
const PLACES_MIN = 16;
/** A row of which less than this share was filled is too large to be kept. */
const FILLED_SHARE_MIN = 1 / 4;

/** Places side by side, filled from the front. */
class Row {
  /** The places that are filled or left empty between others. */
  length = 0;
  #fingerprints = new Uint32Array(PLACES_MIN);
  #timesMs = new Float64Array(PLACES_MIN);

  get places(): number {
    return this.#timesMs.length;
  }

  /** @param place below `length`. */
  fingerprint(place: number): number {
    return this.#fingerprints[place] as number;
  }

  /** When it was filled; NEVER at an empty place, and before and behind the row. */
  timeMs(place: number): number {
    return place >= 0 && place < this.length ? (this.#timesMs[place] as number) : NEVER;
  }

  /** Fills an empty place, and leaves those empty that it is ahead. */
  fill(place: number, fingerprint: number, atMs: number): void {
    if (place >= this.places) this.#grow(place + 1);
    for (; this.length <= place; this.length += 1) this.#timesMs[this.length] = NEVER;
    this.#fingerprints[place] = fingerprint;
    this.#timesMs[place] = atMs;
  }

  #grow(least: number): void {
    const [fingerprints, timesMs] = [this.#fingerprints, this.#timesMs];
    const places = Math.max(least, 2 * timesMs.length);
    this.#fingerprints = new Uint32Array(places);
    this.#fingerprints.set(fingerprints);
    this.#timesMs = new Float64Array(places);
    this.#timesMs.set(timesMs);
  }
}

/** The sightings of one origin in one generation of the seen-cache. */
export class Sightings {
  /** ID of the row's first place. */
  #firstId = 0;
  #row: Row | undefined;
  /** By `keyOf` the ID. */
  #others: Map<string, Sighting> | undefined;
  #size = 0;

  /** Sightings held, all contents counted. */
  get size(): number {
    return this.#size;
  }

  /** The content seen last under this ID. */
  newest(msgId: number): Sighting | undefined {
    return this.#others?.get(keyOf(msgId)) ?? this.#inRow(msgId);
  }

  /** True if a content has been seen under this ID. */
  has(msgId: number): boolean {
    return this.#timeInRow(msgId) !== NEVER || this.#others?.has(keyOf(msgId)) === true;
  }

  add(msgId: number, fingerprint: number, atMs: number): void {
    this.#size += 1;
    if (this.#putInRow(msgId, fingerprint, atMs)) return;
    this.#others ??= new Map();
    const before = this.newest(msgId);
    this.#others.set(keyOf(msgId), { fingerprint, atMs, before, count: 1 + (before?.count ?? 0) });
  }

  /** Forgets everything. */
  clear(): void {
    const row = this.#row;
    if (row && row.length < row.places * FILLED_SHARE_MIN) this.#row = undefined;
    else if (row) row.length = 0;
    this.#others = undefined;
    this.#size = 0;
  }

  #timeInRow(msgId: number): number {
    return this.#row?.timeMs(msgId - this.#firstId) ?? NEVER;
  }

  #inRow(msgId: number): Sighting | undefined {
    const atMs = this.#timeInRow(msgId);
    if (!this.#row || atMs === NEVER) return undefined;
    return { fingerprint: this.#row.fingerprint(msgId - this.#firstId), atMs, before: undefined, count: 1 };
  }

  /** @returns false where it has no place there. */
  #putInRow(msgId: number, fingerprint: number, atMs: number): boolean {
    this.#row ??= new Row();
    if (this.#row.length === 0) this.#firstId = msgId;
    const place = msgId - this.#firstId;
    if (place < 0 || place > this.#row.length + HOLES_MAX || this.#others?.has(keyOf(msgId))) return false;
    if (this.#row.timeMs(place) !== NEVER) return false;
    this.#row.fill(place, fingerprint, atMs);
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

/**
 * A key of a map for an ID or an origin that somebody sends. The engine hashes strings with a number of each
 * process, but integers, and short strings of digits, always in the same way: one could choose many that
 * collide.
 */
export function keyOf(sent: number | string): string {
  return `#${sent}`;
}
