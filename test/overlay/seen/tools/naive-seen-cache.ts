/**
 * The seen-cache as a flat list of sightings that is counted and searched anew for every question: slow, and
 * plain to check by eye. It has no bound on the gaps in an origin's IDs.
 */
import type {
  Circumstances,
  SeenCacheOptions,
  SeenVerdict,
} from '../../../../src/overlay/seen/seen-cache.ts';

interface NaiveMessage {
  readonly msgId: number;
  readonly fingerprint: number;
}

interface NaiveMessageOf extends NaiveMessage {
  readonly hid: string;
}

interface NaiveOrigin {
  readonly hid: string;
  /** The present incarnation, in order of arrival. */
  incarnation: NaiveMessage[];
  isSuspected: boolean;
  /** When a handshake has confirmed a new incarnation. */
  confirmedMs: number;
  isConfirmed: boolean;
  /** When handshakes told that it goes on counting, as far as none has told otherwise since. */
  countedOnAtMs: number[];
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
  /** Everything that was ever new, in order of arrival, in two generations. */
  #ever: NaiveMessageOf[][] = [[], []];
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
    const verdict = this.#verdict(origin, { msgId, fingerprint }, known.isOfNewIncarnation === true);
    if (verdict !== 'new') return known.isSettled === true ? 'duplicate' : verdict;
    const isBeginning = has(origin, msgId);
    if (isBeginning) Object.assign(origin, { incarnation: [], countedOnAtMs: [] });
    if (isBeginning || origin.incarnation.every((message) => message.msgId < msgId))
      Object.assign(origin, { isSuspected: false, isConfirmed: false });
    origin.incarnation.push({ msgId, fingerprint });
    const generation = this.#generation;
    const young = this.#sightings.filter((seen) => seen.hid === hid && seen.msgId === msgId);
    if (young.filter((seen) => seen.generation === generation).length < this.#options.contentsPerIdMax)
      this.#sightings.push({ hid, msgId, fingerprint, atMs: nowMs, generation });
    this.#last({ hid, msgId, fingerprint });
    return 'new';
  }

  #last(message: NaiveMessageOf): void {
    const [young = []] = this.#ever;
    if (young.length >= Math.max(1, Math.floor(this.#options.lastingContentsMax / 2)))
      this.#ever = [[], young];
    this.#ever[0]?.push(message);
  }

  handshake(hid: string, lastMsgId: number, nowMs: number): boolean {
    const origin = this.#find(hid);
    if (!origin) return false;
    if (origin.incarnation.every(({ msgId }) => msgId <= lastMsgId)) {
      Object.assign(origin, { isSuspected: false, isConfirmed: false });
      origin.countedOnAtMs.push(nowMs);
      return false;
    }
    Object.assign(origin, { isSuspected: true, countedOnAtMs: [] });
    const highest = Math.max(...origin.incarnation.map(({ msgId }) => msgId));
    const isFresh = this.#fresh(nowMs).some((seen) => seen.hid === hid && seen.msgId === highest);
    if (!isFresh) Object.assign(origin, { isConfirmed: true, confirmedMs: nowMs });
    return !isFresh;
  }

  suspect(hid: string, nowMs: number): void {
    const origin = this.#find(hid);
    const countsOn = origin?.countedOnAtMs.some((atMs) => nowMs - atMs <= this.#options.countsOnMs);
    if (origin && countsOn === false) origin.isSuspected = true;
  }

  wentAway(hid: string): void {
    const origin = this.#find(hid);
    if (origin) origin.isAway = true;
  }

  isBack(hid: string, nowMs: number): void {
    const origin = this.#find(hid);
    if (!origin?.isAway) return;
    this.suspect(hid, nowMs);
    origin.isAway = false;
  }

  #verdict(origin: NaiveOrigin, message: NaiveMessage, isOfNewIncarnation: boolean): SeenVerdict {
    const { msgId, fingerprint } = message;
    const isKnown = has(origin, msgId);
    const isUnder = (seen: NaiveSighting) => seen.hid === origin.hid && seen.msgId === msgId;
    // Whatever came after the handshake, or a moment before it, is of the new incarnation, over whichever
    // link.
    const same = this.#sightings.filter((seen) => isUnder(seen) && seen.fingerprint === fingerprint);
    if (isOfNewIncarnation && same.some(({ atMs }) => atMs >= origin.confirmedMs - this.#options.duplicateMs))
      return 'duplicate';
    if (isOfNewIncarnation && (!isKnown || origin.isConfirmed)) return 'new';
    const remembered = this.#sightings.filter(isUnder);
    if (remembered.some((seen) => seen.fingerprint === fingerprint)) return 'duplicate';
    const first = this.#first(origin, msgId);
    const wasEver = this.#ever.flat().some((seen) => isSame(seen, { hid: origin.hid, ...message }));
    if (!wasEver && !(remembered.length === 0 && first?.fingerprint === fingerprint)) {
      const wasIdEver = this.#ever.flat().some((seen) => seen.hid === origin.hid && seen.msgId === msgId);
      if (!isKnown || remembered.length > 0 || first !== undefined || wasIdEver) return 'new';
      return whenKnown(origin);
    }
    const highest = Math.max(0, ...origin.incarnation.map((seen) => seen.msgId));
    if (!isKnown) return msgId > highest + 1 ? 'duplicate' : 'new';
    // The very same can only be the first words of another incarnation where it is the first message: number
    // 0 or 1.
    return msgId > 1 ? 'undecided' : whenKnown(origin);
  }

  /** What has been forgotten otherwise may be known from the beginning of the incarnation. */
  #first({ incarnation }: NaiveOrigin, msgId: number): NaiveMessage | undefined {
    return incarnation.slice(0, this.#options.firstMessagesMax).find((seen) => seen.msgId === msgId);
  }

  #fresh(nowMs: number): NaiveSighting[] {
    return this.#sightings.filter(({ atMs }) => nowMs - atMs <= this.#options.duplicateMs);
  }

  #find(hid: string): NaiveOrigin | undefined {
    return this.#origins.find((origin) => origin.hid === hid);
  }

  #hear(hid: string): NaiveOrigin {
    const fresh = {
      hid,
      incarnation: [],
      isSuspected: false,
      isConfirmed: false,
      confirmedMs: Number.NEGATIVE_INFINITY,
      countedOnAtMs: [],
      isAway: false,
    };
    const origin: NaiveOrigin = this.#find(hid) ?? fresh;
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

function isSame(one: NaiveMessageOf, other: NaiveMessageOf): boolean {
  return one.hid === other.hid && one.msgId === other.msgId && one.fingerprint === other.fingerprint;
}

function whenKnown({ isSuspected, isAway }: NaiveOrigin): SeenVerdict {
  return isSuspected && !isAway ? 'new' : 'undecided';
}

function has({ incarnation }: NaiveOrigin, msgId: number): boolean {
  return incarnation.some((message) => message.msgId === msgId);
}
