/**
 * The seen-cache as a flat list of sightings that is counted and searched anew for every question: slow, and plain to
 * check by eye. It has no bound on the gaps in an origin's IDs.
 */
import type { SeenCacheOptions, SeenVerdict } from '../../src/overlay/seen-cache.ts';

const CONTENTS_MAX = 8;
const FIRST_MAX = 16;

interface NaiveOrigin {
  readonly hid: string;
  /** The present life, in order of arrival. */
  life: { readonly msgId: number; readonly fingerprint: number }[];
  isArmed: boolean;
  isAway: boolean;
}

interface NaiveSighting {
  readonly hid: string;
  readonly msgId: number;
  readonly fingerprint: number;
  readonly atMs: number;
  readonly generation: number;
}

export class NaiveSeenCache {
  readonly #options: SeenCacheOptions;
  /** The one that was heard of last is last. */
  #origins: NaiveOrigin[] = [];
  /** Everything that has not been forgotten, in order of arrival. */
  #sightings: NaiveSighting[] = [];
  #generation = 0;
  #generationSince = 0;

  constructor(options: SeenCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sightings.length;
  }

  get originCount(): number {
    return this.#origins.length;
  }

  judge(hid: string, msgId: number, fingerprint: number, nowMs: number, isSettled: boolean): SeenVerdict {
    this.#turn(nowMs);
    const origin = this.#hear(hid);
    const seen = this.#sightings.filter((sighting) => sighting.hid === hid && sighting.msgId === msgId);
    const fresh = seen.filter(({ atMs }) => nowMs - atMs <= this.#options.duplicateMs);
    if (fresh.some((sighting) => sighting.fingerprint === fingerprint)) return 'duplicate';
    const isRemembered = seen.some((sighting) => sighting.fingerprint === fingerprint);
    if (!isRemembered && fresh.length >= CONTENTS_MAX) return 'duplicate';
    if (origin.life.some((message) => message.msgId === msgId)) {
      const first = origin.life.slice(0, FIRST_MAX).find((message) => message.msgId === msgId);
      const isOther =
        seen.length > 0 ? !isRemembered : first !== undefined && first.fingerprint !== fingerprint;
      if (!isOther && !origin.isArmed) return isSettled ? 'duplicate' : 'doubtful';
      origin.life = [];
      origin.isArmed = false;
    } else if (origin.life.every((message) => message.msgId < msgId)) {
      origin.isArmed = false;
    }
    origin.life.push({ msgId, fingerprint });
    this.#sightings.push({ hid, msgId, fingerprint, atMs: nowMs, generation: this.#generation });
    return 'new';
  }

  handshake(hid: string, lastMsgId: number): void {
    const origin = this.#find(hid);
    if (origin?.life.some(({ msgId }) => msgId > lastMsgId)) origin.isArmed = true;
  }

  mayBeReborn(hid: string): void {
    const origin = this.#find(hid);
    if (origin) origin.isArmed = true;
  }

  wentAway(hid: string): void {
    const origin = this.#find(hid);
    if (origin) Object.assign(origin, { isArmed: true, isAway: true });
  }

  isBack(hid: string): void {
    const origin = this.#find(hid);
    if (origin?.isAway) Object.assign(origin, { isArmed: true, isAway: false });
  }

  #find(hid: string): NaiveOrigin | undefined {
    return this.#origins.find((origin) => origin.hid === hid);
  }

  #hear(hid: string): NaiveOrigin {
    const origin = this.#find(hid) ?? { hid, life: [], isArmed: false, isAway: false };
    const others = this.#origins.filter((other) => other !== origin);
    this.#origins = [...others.slice(-(this.#options.originsMax - 1)), origin];
    if (this.#options.originsMax === 1) this.#origins = [origin];
    this.#sightings = this.#sightings.filter((sighting) => this.#find(sighting.hid) !== undefined);
    return origin;
  }

  #turn(nowMs: number): void {
    const { seenMs, seenMax } = this.#options;
    const young = this.#sightings.filter(({ generation }) => generation === this.#generation);
    const isFull = young.length >= Math.floor(seenMax / 2);
    if (!isFull && nowMs < this.#generationSince + seenMs) return;
    this.#sightings = nowMs < this.#generationSince + 2 * seenMs ? young : [];
    this.#generation += 1;
    this.#generationSince = nowMs;
  }
}
