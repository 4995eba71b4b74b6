/**
 * Which messages have been seen, by (originHID, msgID), and in which life of their origin.
 *
 * Two memories, both bounded. The *recent* one holds each message with a fingerprint of its content, for two minutes at
 * least; the *lasting* one holds, per origin, the IDs seen in its present life as ranges, and the fingerprints of its
 * first messages. So a message that comes back after an hour (a laptop wakes with old frames in its buffers) is still
 * known, and a late one that was never seen is still new.
 *
 * A restarted peer has the same HID and counts from 0 again. A known ID with other content begins its new life at once;
 * the fingerprints of the old life stay in the recent memory, else two contents under one ID would each make the other
 * new again and circle for ever. A handshake that tells a lower last msgID, or a member list that shows it was away or has been added again, only
 * arms: the next known ID begins the new life, the next higher one disarms. For a peer that merely slept is added again,
 * too, and goes on counting where it was. So does its coming back to the list, whatever it has been heard to say
 * meanwhile. Whatever arms, the same message within seconds is a duplicate.
 * A known ID with the same content, neither fresh nor armed, is `doubtful`: a fresh list decides.
 *
 * The recent memory has two generations: what is remembered goes into the young one; when that is old or full enough, it
 * becomes the old one and the old one is forgotten. Nothing is ever swept entry by entry.
 */
import { IdRanges } from './id-ranges.ts';
import { countSince, Sightings, seenAt } from './sightings.ts';

/** What is made of a message; `doubtful` ones are asked again, as `isSettled`, when a fresh list has come. */
export type SeenVerdict = 'new' | 'duplicate' | 'doubtful';

/** Bounds and periods, in milliseconds. */
export interface SeenCacheOptions {
  /** A message is remembered with its content for at least this long, unless `max / 2` newer ones come. */
  readonly seenMs: number;
  /** Messages remembered with their content; 2 or more. */
  readonly seenMax: number;
  /** The same message again within this time is a duplicate whatever the list says: the overlay has cycles. */
  readonly duplicateMs: number;
  /** Origins whose lives are remembered; the one that was silent longest is forgotten for a new one. */
  readonly originsMax: number;
  /** Gaps in the message IDs of one origin that are remembered. */
  readonly idRangesMax: number;
}

/** Contents under one ID that are new within `duplicateMs`; nobody restarts more often. */
const CONTENTS_MAX = 8;

/** Messages at the beginning of a life whose fingerprints last: they show a restart however late it is. */
const FIRST_MAX = 16;

interface Origin {
  /** IDs seen in the present life. */
  ids: IdRanges;
  /** Fingerprints of the first messages seen in the present life, by ID. */
  first: Map<number, number>;
  /** True when a new life may have begun. */
  mayBeReborn: boolean;
  /** True while the member list, which once had it, has it no more. */
  isAway: boolean;
  young: Sightings;
  old: Sightings;
}

/**
 * A message beside what was seen under its ID: nothing that is remembered; the same a moment ago (or so many other
 * contents that this one counts as that); the same earlier; only other contents.
 */
type Likeness = 'unseen' | 'repeated' | 'same' | 'other';

/** Remembers the messages of one room. */
export class SeenCache {
  readonly #options: SeenCacheOptions;
  /** The one that was heard of last is last. */
  readonly #origins = new Map<string, Origin>();
  #generationSince = 0;
  #youngSize = 0;
  #oldSize = 0;
  #lastHid = '';
  #lastOrigin: Origin | undefined;

  constructor(options: SeenCacheOptions) {
    this.#options = options;
  }

  /** Messages remembered with their content now. */
  get size(): number {
    return this.#youngSize + this.#oldSize;
  }

  /** Origins remembered now. */
  get originCount(): number {
    return this.#origins.size;
  }

  /**
   * Judges a message, and remembers it if it is new.
   * @param fingerprint of its content, see `fingerprintOf`.
   * @param nowMs the time, never smaller than in the call before.
   * @param isSettled true for a message that was doubtful and that a fresh list has come for.
   */
  judge(
    originHid: string,
    msgId: number,
    fingerprint: number,
    nowMs: number,
    isSettled = false,
  ): SeenVerdict {
    this.#turn(nowMs);
    const origin = this.#origin(originHid);
    const likeness = this.#compare(origin, msgId, fingerprint, nowMs);
    if (likeness === 'repeated') return 'duplicate';
    if (origin.ids.has(msgId)) {
      if (likeness !== 'other' && !origin.mayBeReborn) return isSettled ? 'duplicate' : 'doubtful';
      origin.ids = new IdRanges(this.#options.idRangesMax);
      origin.first = new Map();
      origin.mayBeReborn = false;
    } else if (msgId > origin.ids.max) {
      // It goes on counting: whatever has been told of it, it is the life that we know.
      origin.mayBeReborn = false;
    }
    this.#remember(origin, msgId, fingerprint, nowMs);
    return 'new';
  }

  /**
   * A handshake has told the last msgID of its sender (PROTOCOL.md, Frames: P and S).
   * @param originHid what the sender's messages carry as their origin.
   */
  handshake(originHid: string, lastMsgId: number): void {
    const origin = this.#origins.get(originHid);
    if (origin && lastMsgId < origin.ids.max) origin.mayBeReborn = true;
  }

  /** The member list has shown that this origin has been added again. */
  mayBeReborn(originHid: string): void {
    const origin = this.#origins.get(originHid);
    if (origin) origin.mayBeReborn = true;
  }

  /** The member list has this origin no more. */
  wentAway(originHid: string): void {
    const origin = this.#origins.get(originHid);
    if (!origin) return;
    origin.mayBeReborn = true;
    origin.isAway = true;
  }

  /** The member list has this origin: if it was away, its last messages may have come, and disarmed, meanwhile. */
  isBack(originHid: string): void {
    const origin = this.#origins.get(originHid);
    if (!origin?.isAway) return;
    origin.mayBeReborn = true;
    origin.isAway = false;
  }

  #compare({ young, old, first }: Origin, msgId: number, fingerprint: number, nowMs: number): Likeness {
    const newest = young.newest(msgId);
    const newestOld = old.newest(msgId);
    if (!newest && !newestOld) {
      const firstSeen = first.get(msgId);
      if (firstSeen === undefined) return 'unseen';
      return firstSeen === fingerprint ? 'same' : 'other';
    }
    const freshSinceMs = nowMs - this.#options.duplicateMs;
    const atMs = seenAt(newest, fingerprint) ?? seenAt(newestOld, fingerprint);
    if (atMs !== undefined) return atMs >= freshSinceMs ? 'repeated' : 'same';
    const contents = countSince(newest, freshSinceMs) + countSince(newestOld, freshSinceMs);
    return contents >= CONTENTS_MAX ? 'repeated' : 'other';
  }

  #remember(origin: Origin, msgId: number, fingerprint: number, atMs: number): void {
    origin.ids.add(msgId);
    if (origin.first.size < FIRST_MAX) origin.first.set(msgId, fingerprint);
    origin.young.add(msgId, fingerprint, atMs);
    this.#youngSize += 1;
  }

  #origin(originHid: string): Origin {
    if (originHid === this.#lastHid && this.#lastOrigin) return this.#lastOrigin;
    let origin = this.#origins.get(originHid);
    if (origin) {
      this.#origins.delete(originHid);
    } else {
      this.#makeRoom();
      origin = {
        ids: new IdRanges(this.#options.idRangesMax),
        first: new Map(),
        mayBeReborn: false,
        isAway: false,
        young: new Sightings(),
        old: new Sightings(),
      };
    }
    this.#origins.set(originHid, origin);
    this.#lastHid = originHid;
    this.#lastOrigin = origin;
    return origin;
  }

  #makeRoom(): void {
    if (this.#origins.size < this.#options.originsMax) return;
    for (const [originHid, origin] of this.#origins) {
      this.#youngSize -= origin.young.size;
      this.#oldSize -= origin.old.size;
      this.#origins.delete(originHid);
      return;
    }
  }

  #turn(nowMs: number): void {
    const { seenMs, seenMax } = this.#options;
    const isFull = this.#youngSize >= Math.max(1, Math.floor(seenMax / 2));
    if (!isFull && nowMs - this.#generationSince < seenMs) return;
    const isStale = nowMs - this.#generationSince >= 2 * seenMs;
    this.#generationSince = nowMs;
    this.#oldSize = isStale ? 0 : this.#youngSize;
    this.#youngSize = 0;
    for (const origin of this.#origins.values()) {
      origin.old = isStale ? new Sightings() : origin.young;
      origin.young = new Sightings();
    }
  }
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A 32-bit fingerprint of a message's content (FNV-1a): tells two contents under one ID apart. */
export function fingerprintOf(content: Uint8Array): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < content.length; at += 1) hash = Math.imul(hash ^ (content[at] as number), FNV_PRIME);
  return hash >>> 0;
}
