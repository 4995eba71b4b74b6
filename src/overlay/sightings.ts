/**
 * What one origin has said lately: per message ID the contents seen under it, newest first. Nearly always that is one;
 * two lives of the origin, two peers that send the same nickname as their HID, or a liar make it more.
 */

/** One content seen under a message ID, and when; `before` is the one seen under the same ID before. */
export interface Sighting {
  readonly fingerprint: number;
  readonly atMs: number;
  readonly before: Sighting | undefined;
}

/** The sightings of one origin in one generation of the seen-cache. */
export class Sightings {
  readonly #newest = new Map<number, Sighting>();
  #size = 0;

  /** Sightings held, all contents counted. */
  get size(): number {
    return this.#size;
  }

  /** The content seen last under this ID. */
  newest(msgId: number): Sighting | undefined {
    return this.#newest.get(msgId);
  }

  add(msgId: number, fingerprint: number, atMs: number): void {
    this.#newest.set(msgId, { fingerprint, atMs, before: this.#newest.get(msgId) });
    this.#size += 1;
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
