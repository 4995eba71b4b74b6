/**
 * Which messages have been seen, by (originHID, msgID), and in which incarnation of their origin.
 *
 * Two memories, both bounded. The *recent* one holds each message with a fingerprint of its content, for two
 * minutes at least; the *lasting* one holds, per origin, the IDs seen in its present incarnation as ranges,
 * and the fingerprints of its first messages, and of everybody together the last contents, whichever
 * incarnation they were of. So a message that comes back after an hour (a laptop wakes with old frames in its
 * buffers) is still known, and a late one that was never seen is still new.
 *
 * What is made of a message is the table of verdict.ts. This file keeps what the table asks for. A restarted
 * peer has the same HID and counts from 0 again; the fingerprints of its old incarnation stay in the recent
 * memory, else two contents under one ID would each make the other new again and circle for ever.
 *
 * A handshake that tells a lower last msgID, or a member list that shows an origin was away or has been added
 * again, makes a new incarnation *suspected*: the next known ID begins it, the next higher one ends the
 * suspicion, for a peer that merely slept is added again, too, and goes on counting where it was. Coming back
 * to the list is such a sign, whatever the origin was heard to say meanwhile. Who tells in a handshake that
 * it goes on counting where it was is not suspected, and for `countsOnMs` not because of the list either,
 * which shows its sleep only now, unless a lower count is told meanwhile. A handshake that tells a lower
 * count than was heard for longer than a message is on its way makes it *confirmed*, for what comes from the
 * origin itself. What the table leaves *undecided* waits for a fresh list, which decides.
 *
 * The recent memory has two generations: what is remembered goes into the young one; when that is old or full
 * enough, it becomes the old one and the old one is forgotten. Nothing is ever swept entry by entry.
 */
import type { PeerLimits } from '../../limits/peer.ts';
import { Fingerprints } from './fingerprint.ts';
import { IdRanges } from './id-ranges.ts';
import { LastingContents } from './lasting-contents.ts';
import {
  endSuspicion,
  isBeyondAll,
  isNextAndUnseen,
  lastSeenMs,
  NEVER,
  newOrigin,
  type Origin,
} from './origin.ts';
import { keyOf } from './sightings.ts';
import { type Likeness, type SeenVerdict, verdictOf } from './verdict.ts';

export type { SeenVerdict } from './verdict.ts';

/** Bounds and periods; limits/ says what each is for. */
export type SeenCacheOptions = Pick<
  PeerLimits,
  | 'seenMs'
  | 'seenMax'
  | 'duplicateMs'
  | 'countsOnMs'
  | 'originsMax'
  | 'idRangesMax'
  | 'contentsPerIdMax'
  | 'firstMessagesMax'
  | 'lastingContentsMax'
>;

/** So many messages that follow on one another are a run. */
const RUN_MIN = 16;

/** How much is known of a message beyond itself. */
export interface Circumstances {
  /** It was undecided, and a fresh list has come for it. */
  readonly isSettled?: boolean;
  /** It comes from its origin itself, over a link whose handshake told that it counts anew. */
  readonly isOfNewIncarnation?: boolean;
  /**
   * It comes from its origin itself, which has used this ID since their handshake: it can't be an old one.
   */
  readonly isOwn?: boolean;
  /** It may be sent again after a break: the same is the same, however old. */
  readonly isSaidAgain?: boolean;
}

const NOTHING_KNOWN: Circumstances = {};

/** Remembers the messages of one room. */
export class SeenCache {
  readonly #options: SeenCacheOptions;
  readonly #lasting: LastingContents;
  readonly #fingerprints: Fingerprints;
  readonly #onNewIncarnation: (originHid: string, msgId: number) => void;
  /** By `keyOf` the HID; the one that was heard of last is last. */
  readonly #origins = new Map<string, Origin>();
  /** Messages of one generation: half of what is remembered. */
  readonly #generationMax: number;
  #generationSince = 0;
  #oldSinceMs = 0;
  #youngSize = 0;
  #oldSize = 0;
  #lastHid = '';
  #lastOrigin: Origin | undefined;
  /** Origins have been forgotten: of a new one the lasting contents may know more than this memory. */
  #hasForgotten = false;

  /**
   * @param seed of fingerprints.
   * @param onNewIncarnation told of each origin that begins a new incarnation, and the ID that showed it.
   */
  constructor(
    options: SeenCacheOptions,
    seed: number,
    onNewIncarnation: (originHid: string, msgId: number) => void = () => {},
  ) {
    this.#options = options;
    this.#fingerprints = new Fingerprints(seed);
    this.#onNewIncarnation = onNewIncarnation;
    this.#generationMax = Math.max(1, Math.floor(options.seenMax / 2));
    this.#lasting = new LastingContents(options.lastingContentsMax);
  }

  /** Messages remembered with their content now. */
  get size(): number {
    return this.#youngSize + this.#oldSize;
  }

  /** Origins remembered now. */
  get originCount(): number {
    return this.#origins.size;
  }

  /** Since when everything is remembered with its content: a duplicate without one was heard before. */
  get rememberedSinceMs(): number {
    return this.#oldSinceMs;
  }

  /** The highest message ID heard of this origin in its present incarnation; -1 for none. */
  lastMsgId(originHid: string): number {
    return this.#origins.get(keyOf(originHid))?.ids.last ?? -1;
  }

  /** True if messages of this origin have been judged, and their IDs are remembered. */
  knows(originHid: string): boolean {
    return this.#origins.has(keyOf(originHid));
  }

  /** True if anything was seen under this ID, in whichever incarnation of its origin. */
  knowsId(originHid: string, msgId: number): boolean {
    const origin = this.#find(originHid);
    if (!origin) return false;
    const { ids, young, old, tag } = origin;
    return ids.has(msgId) || young.has(msgId) || old.has(msgId) || this.#lasting.hasId(tag, msgId);
  }

  /**
   * True for a message of a known origin that follows on a run of others: it is remembered with the run,
   * which is forgotten after all shorter ones.
   */
  follows(originHid: string, msgId: number): boolean {
    const origin = this.#find(originHid);
    return origin !== undefined && origin.ids.runUpTo(msgId - 1) >= RUN_MIN;
  }

  /**
   * True if this very message is in the recent memory.
   * @param nowMs the time, never smaller than in the call before.
   */
  remembers(originHid: string, msgId: number, fingerprint: number, nowMs: number): boolean {
    this.#turn(nowMs);
    const origin = this.#find(originHid);
    return origin !== undefined && lastSeenMs(origin, msgId, fingerprint) !== undefined;
  }

  /** When what was said under this ID was heard first; `undefined` where that is forgotten. */
  firstSeenMs(originHid: string, msgId: number): number | undefined {
    const origin = this.#origins.get(keyOf(originHid));
    return (origin?.young.newest(msgId) ?? origin?.old.newest(msgId))?.atMs;
  }

  /**
   * Judges a message, and remembers it if it is new.
   * @param fingerprint of its content, see fingerprint.ts.
   * @param nowMs the time, never smaller than in the call before.
   */
  judge(
    originHid: string,
    msgId: number,
    fingerprint: number,
    nowMs: number,
    {
      isSettled = false,
      isOfNewIncarnation = false,
      isOwn = false,
      isSaidAgain = false,
    }: Circumstances = NOTHING_KNOWN,
  ): SeenVerdict {
    this.#turn(nowMs);
    const origin = this.#origin(originHid);
    if (isBeyondAll(origin, msgId) || (!isSaidAgain && isNextAndUnseen(origin, msgId))) {
      // By far the most: nothing of what follows could make it anything but new. It goes on counting (see
      // below).
      endSuspicion(origin);
      this.#remember(origin, msgId, fingerprint, nowMs);
      return 'new';
    }
    const likeness = this.#compare(origin, msgId, fingerprint, isOfNewIncarnation);
    if (isSaidAgain && likeness === 'long ago') return 'duplicate';
    const verdict = verdictOf(origin, msgId, likeness, isOfNewIncarnation);
    const isOwnNew = verdict === 'undecided' && isOwn && likeness === 'never';
    if (verdict === 'undecided' && isSettled) return 'duplicate';
    if (verdict !== 'new' && !isOwnNew) return verdict;
    if (origin.ids.has(msgId)) {
      this.#onNewIncarnation(originHid, msgId);
      origin.ids = new IdRanges(this.#options.idRangesMax);
      origin.first = new Map();
      origin.countsOnUntilMs = NEVER;
      endSuspicion(origin);
    } else if (msgId > origin.ids.last) {
      // It goes on counting: whatever has been told of it, it is the incarnation that we know.
      endSuspicion(origin);
    }
    this.#remember(origin, msgId, fingerprint, nowMs);
    return 'new';
  }

  /**
   * A handshake has told the last msgID of its sender (PROTOCOL.md, Frames: P and S).
   * @param originHid what the sender's messages carry as their origin.
   * @param nowMs the time, never smaller than in the call before.
   * @returns true if it counts anew, confirmed: a handshake may also have crossed a message just sent.
   */
  handshake(originHid: string, lastMsgId: number, nowMs: number): boolean {
    const origin = this.#origins.get(keyOf(originHid));
    if (!origin) return false;
    // From here on an ID that somebody has forged far away is none of its own.
    origin.ids.told(lastMsgId);
    if (lastMsgId >= origin.ids.last) {
      endSuspicion(origin);
      origin.countsOnUntilMs = nowMs + this.#options.countsOnMs;
      return false;
    }
    origin.isSuspected = true;
    origin.countsOnUntilMs = NEVER;
    const { young, old, ids } = origin;
    const newest = young.newest(ids.last) ?? old.newest(ids.last);
    const isConfirmed = newest === undefined || nowMs - newest.atMs > this.#options.duplicateMs;
    if (isConfirmed) {
      origin.isConfirmed = true;
      origin.confirmedMs = nowMs;
    }
    return isConfirmed;
  }

  /**
   * The member list has shown that this origin has been added again.
   * @param nowMs the time, never smaller than in the call before.
   */
  suspect(originHid: string, nowMs: number): void {
    const origin = this.#origins.get(keyOf(originHid));
    if (origin && nowMs > origin.countsOnUntilMs) origin.isSuspected = true;
  }

  /** The member list has this origin no more. What that may mean shows when it is back. */
  wentAway(originHid: string): void {
    const origin = this.#origins.get(keyOf(originHid));
    if (origin) origin.isAway = true;
  }

  /**
   * The member list has this origin: if it was away, its last messages may have come, and ended the
   * suspicion, meanwhile.
   * @param nowMs the time, never smaller than in the call before.
   */
  isBack(originHid: string, nowMs: number): void {
    const origin = this.#origins.get(keyOf(originHid));
    if (!origin?.isAway) return;
    origin.isAway = false;
    this.suspect(originHid, nowMs);
  }

  #find(originHid: string): Origin | undefined {
    return originHid === this.#lastHid ? this.#lastOrigin : this.#origins.get(keyOf(originHid));
  }

  #compare(origin: Origin, msgId: number, fingerprint: number, isOfNewIncarnation: boolean): Likeness {
    const { young, old, first, tag, confirmedMs } = origin;
    const atMs = lastSeenMs(origin, msgId, fingerprint);
    // A copy over another link may have been faster, even than the handshake: the new incarnation said it
    // only once.
    if (atMs !== undefined)
      return isOfNewIncarnation && atMs >= confirmedMs - this.#options.duplicateMs
        ? 'since the handshake'
        : 'lately';
    if (this.#lasting.has(tag, msgId, fingerprint)) return 'long ago';
    if (young.has(msgId) || old.has(msgId)) return 'others';
    const firstSeen = first.get(msgId);
    if (firstSeen !== undefined) return firstSeen === fingerprint ? 'long ago' : 'others';
    return this.#lasting.hasId(tag, msgId) ? 'others' : 'never';
  }

  #remember(origin: Origin, msgId: number, fingerprint: number, atMs: number): void {
    origin.ids.add(msgId);
    origin.highestId = Math.max(origin.highestId, msgId);
    this.#lasting.add(origin.tag, msgId, fingerprint);
    if (origin.first.size < this.#options.firstMessagesMax) origin.first.set(msgId, fingerprint);
    // Anybody may forge any number of contents under one ID: of the last of them it is not known when.
    if ((origin.young.newest(msgId)?.count ?? 0) >= this.#options.contentsPerIdMax) return;
    origin.young.add(msgId, fingerprint, atMs);
    this.#youngSize += 1;
  }

  #origin(originHid: string): Origin {
    if (originHid === this.#lastHid && this.#lastOrigin) return this.#lastOrigin;
    let origin = this.#origins.get(keyOf(originHid));
    if (origin) {
      this.#origins.delete(keyOf(originHid));
    } else {
      this.#makeRoom();
      const tag = this.#fingerprints.of(Buffer.from(originHid, 'latin1'));
      origin = newOrigin(tag, this.#options.idRangesMax);
      if (this.#hasForgotten) origin.highestId = Number.POSITIVE_INFINITY;
    }
    this.#origins.set(keyOf(originHid), origin);
    this.#lastHid = originHid;
    this.#lastOrigin = origin;
    return origin;
  }

  #makeRoom(): void {
    if (this.#origins.size < this.#options.originsMax) return;
    for (const [key, origin] of this.#origins) {
      this.#youngSize -= origin.young.size;
      this.#oldSize -= origin.old.size;
      this.#origins.delete(key);
      this.#hasForgotten = true;
      return;
    }
  }

  #turn(nowMs: number): void {
    const { seenMs } = this.#options;
    const isFull = this.#youngSize >= this.#generationMax;
    if (!isFull && nowMs - this.#generationSince < seenMs) return;
    const isStale = nowMs - this.#generationSince >= 2 * seenMs;
    this.#oldSinceMs = isStale ? nowMs : this.#generationSince;
    this.#generationSince = nowMs;
    this.#oldSize = isStale ? 0 : this.#youngSize;
    this.#youngSize = 0;
    for (const origin of this.#origins.values()) {
      const { young, old } = origin;
      old.clear();
      if (isStale) young.clear();
      origin.old = young;
      origin.young = old;
    }
  }
}
