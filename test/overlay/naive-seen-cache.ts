/**
 * The seen-cache as a flat list of sightings that is counted and searched anew for every question: slow, and plain to
 * check by eye. It has no bound on the gaps in an origin's IDs.
 */
import type { Circumstances, SeenCacheOptions, SeenVerdict } from '../../src/overlay/seen-cache.ts';

interface NaiveMessage {
  readonly msgId: number;
  readonly fingerprint: number;
}

interface NaiveOrigin {
  readonly hid: string;
  /** The present life, in order of arrival. */
  life: NaiveMessage[];
  isArmed: boolean;
  /** Armed by a handshake that leaves no doubt. */
  isCertain: boolean;
  isAway: boolean;
}

interface NaiveSighting extends NaiveMessage {
  readonly hid: string;
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

  judge(hid: string, msgId: number, fingerprint: number, nowMs: number, known: Circumstances): SeenVerdict {
    this.#turn(nowMs);
    const origin = this.#hear(hid);
    const verdict = this.#verdict(origin, { msgId, fingerprint }, nowMs, known.isOfNewLife === true);
    if (verdict !== 'new') return known.isSettled === true ? 'duplicate' : verdict;
    const isBeginning = has(origin, msgId);
    if (isBeginning) origin.life = [];
    if (isBeginning || origin.life.every((message) => message.msgId < msgId))
      Object.assign(origin, { isArmed: false, isCertain: false });
    origin.life.push({ msgId, fingerprint });
    this.#sightings.push({ hid, msgId, fingerprint, atMs: nowMs, generation: this.#generation });
    return 'new';
  }

  handshake(hid: string, lastMsgId: number, nowMs: number): boolean {
    const origin = this.#find(hid);
    if (!origin?.life.some(({ msgId }) => msgId > lastMsgId)) return false;
    origin.isArmed = true;
    const highest = Math.max(...origin.life.map(({ msgId }) => msgId));
    const isFresh = this.#fresh(nowMs).some((seen) => seen.hid === hid && seen.msgId === highest);
    if (!isFresh) origin.isCertain = true;
    return !isFresh;
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

  #verdict(origin: NaiveOrigin, message: NaiveMessage, nowMs: number, isOfNewLife: boolean): SeenVerdict {
    const { msgId, fingerprint } = message;
    const isKnown = has(origin, msgId);
    if (isOfNewLife && (!isKnown || origin.isCertain)) return 'new';
    const isUnder = (seen: NaiveSighting) => seen.hid === origin.hid && seen.msgId === msgId;
    const fresh = this.#fresh(nowMs).filter(isUnder);
    const remembered = this.#sightings.filter(isUnder);
    if (remembered.some((seen) => seen.fingerprint === fingerprint)) return 'duplicate';
    if (fresh.length >= this.#options.contentsPerIdMax) return 'duplicate';
    if (!isKnown || remembered.length > 0) return 'new';
    // What has been forgotten otherwise may be known from the beginning of the life.
    const firsts = origin.life.slice(0, this.#options.firstMessagesMax);
    const first = firsts.find((seen) => seen.msgId === msgId);
    if (first !== undefined && first.fingerprint !== fingerprint) return 'new';
    return origin.isArmed && !origin.isAway ? 'new' : 'doubtful';
  }

  #fresh(nowMs: number): NaiveSighting[] {
    return this.#sightings.filter(({ atMs }) => nowMs - atMs <= this.#options.duplicateMs);
  }

  #find(hid: string): NaiveOrigin | undefined {
    return this.#origins.find((origin) => origin.hid === hid);
  }

  #hear(hid: string): NaiveOrigin {
    const origin = this.#find(hid) ?? { hid, life: [], isArmed: false, isCertain: false, isAway: false };
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

function has({ life }: NaiveOrigin, msgId: number): boolean {
  return life.some((message) => message.msgId === msgId);
}
