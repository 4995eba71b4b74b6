/**
 * Which messages have been seen, by (originHID, msgID), bounded in time and number.
 *
 * Two generations: what is remembered goes into the young one; when that is old or full enough, it becomes the old
 * one and the old one is forgotten. So an entry lives for one period at least and three at most (two where messages
 * keep coming) unless the number pushes it out sooner, at most `max` entries exist, and nothing is ever moved or
 * swept one by one. One numeric set per origin: a string key per message costs half the speed of a relay.
 */

interface Origin {
  young: Set<number>;
  old: Set<number>;
}

/** Remembers messages for at least `keepMs` milliseconds, unless `max / 2` new ones or more come in that time. */
export class SeenCache {
  readonly #keepMs: number;
  /** Messages of one generation at most: half of `max`. */
  readonly #generationMax: number;
  readonly #origins = new Map<string, Origin>();
  #generationSince = 0;
  #youngSize = 0;
  #oldSize = 0;

  /** @param options `max` is 2 or more: one for each generation. */
  constructor(options: { readonly keepMs: number; readonly max: number }) {
    this.#keepMs = options.keepMs;
    this.#generationMax = Math.max(1, Math.floor(options.max / 2));
  }

  /** Messages remembered now. */
  get size(): number {
    return this.#youngSize + this.#oldSize;
  }

  /** Origins with at least one message remembered. */
  get originCount(): number {
    return this.#origins.size;
  }

  /**
   * Remembers a message.
   * @param nowMs the time, never smaller than in the call before.
   * @returns true if it had not been seen.
   */
  remember(originHid: string, msgId: number, nowMs: number): boolean {
    this.#turn(nowMs);
    const origin = this.#origin(originHid);
    if (origin.young.has(msgId) || origin.old.has(msgId)) return false;
    origin.young.add(msgId);
    this.#youngSize += 1;
    return true;
  }

  #origin(originHid: string): Origin {
    let origin = this.#origins.get(originHid);
    if (!origin) {
      origin = { young: new Set(), old: new Set() };
      this.#origins.set(originHid, origin);
    }
    return origin;
  }

  #turn(nowMs: number): void {
    const isFull = this.#youngSize >= this.#generationMax;
    if (!isFull && nowMs - this.#generationSince < this.#keepMs) return;
    const isStale = nowMs - this.#generationSince >= 2 * this.#keepMs;
    this.#generationSince = nowMs;
    this.#oldSize = isStale ? 0 : this.#youngSize;
    this.#youngSize = 0;
    for (const [originHid, origin] of this.#origins) {
      origin.old = isStale ? new Set() : origin.young;
      origin.young = new Set();
      if (origin.old.size === 0) this.#origins.delete(originHid);
    }
  }
}
