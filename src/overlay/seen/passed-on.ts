/**
 * Which messages have been passed on, of all origins together, by origin, ID and content: what stops a flood,
 * whatever anybody sends. The seen-cache knows an origin's messages by the IDs that it has counted through;
 * all others are remembered here one by one: those of origins that no list has, first messages, IDs that do
 * not follow on any, other contents under one ID.
 *
 * Invariant: what is added is known for at least `seenMs`, which is far longer than a copy can be on its way.
 * So nothing is forgotten early where there is too much, but not all is taken: a link may bring so many as
 * there are still free, and a member of the room has a share of its own besides, whatever others bring. What
 * is beyond that is not passed on at all; messages that follow on one another are never concerned.
 *
 * Memory is cut into slices of `seenMs`. Where there is space the slices of `journalMs` are kept, because
 * messages are sent again for so long over links that mend a break.
 */

import type { PeerLimits } from '../../limits/peer.ts';
import { HashSet } from './hash-set.ts';
import { highHalf, mixed } from './mixed.ts';

/** The bounds of this memory; limits/ says what each is for. */
export type PassedOnLimits = Pick<
  PeerLimits,
  'seenMs' | 'journalMs' | 'passedOnMax' | 'passedOnShareMax' | 'passedOnReservedRatio'
>;

/**
 * One message: 32-bit numbers that stand for its origin and its content, made with seeds of this process.
 * Among tens of thousands of origins some two have the same one: `check` stands for both together, by another
 * seed.
 */
export interface MessageKey {
  readonly tag: number;
  readonly msgId: number;
  readonly fingerprint: number;
  readonly check: number;
}

/** Who brings a message. */
interface Bringer {
  readonly linkId: string;
  /** The message is one of a listed member, as it says. */
  readonly isOfMember: boolean;
}

/**
 * How long ago a message was passed on: within `seenMs` at least, before that, or never as far as is known.
 */
type PassedOnVerdict = 'lately' | 'before' | 'never';

interface Slice {
  readonly sinceMs: number;
  readonly hashes: HashSet;
  /** How many of them are of nobody's own share, by the link that brought them. */
  readonly common: Map<string, number>;
  commonCount: number;
  /** How many of them are of a member's own share, by its tag. */
  readonly own: Map<number, number>;
}

/** The messages that one peer has passed on in its room. */
export class PassedOn {
  readonly #limits: PassedOnLimits;
  /** The youngest is first. */
  #slices: Slice[] = [];

  constructor(limits: PassedOnLimits) {
    this.#limits = limits;
  }

  /** Messages remembered now. */
  get size(): number {
    return this.#slices.reduce((sum, { hashes }) => sum + hashes.size, 0);
  }

  /** For how long a message can be remembered at most, in milliseconds. */
  get reachMs(): number {
    return this.#limits.journalMs + 2 * this.#limits.seenMs;
  }

  /** @param nowMs the time, never smaller than in the call before. */
  find(key: MessageKey, nowMs: number): PassedOnVerdict {
    this.#turn(nowMs);
    const first = firstHash(key);
    const second = secondHash(key);
    const at = this.#slices.findIndex(({ hashes }) => hashes.has(first, second));
    if (at < 0) return 'never';
    return at < LATE_SLICES ? 'lately' : 'before';
  }

  /**
   * True if a message can be taken; if not, it MUST NOT be passed on.
   * @param nowMs the time, never smaller than in the call before.
   */
  hasPlace(key: MessageKey, bringer: Bringer, nowMs: number): boolean {
    return this.#shareFor(this.#turn(nowMs), key, bringer) !== null;
  }

  /**
   * Remembers a message that there is place for.
   * @param nowMs the time, never smaller than in the call before.
   */
  add(key: MessageKey, bringer: Bringer, nowMs: number): void {
    const slice = this.#turn(nowMs);
    const share = this.#shareFor(slice, key, bringer);
    if (share === null) throw new RangeError('there is no place for this message');
    if (share === 'own') {
      slice.own.set(key.tag, (slice.own.get(key.tag) ?? 0) + 1);
    } else {
      slice.common.set(bringer.linkId, (slice.common.get(bringer.linkId) ?? 0) + 1);
      slice.commonCount += 1;
    }
    slice.hashes.add(firstHash(key), secondHash(key));
    while (this.size > this.#limits.passedOnMax && this.#slices.length > LATE_SLICES) this.#slices.pop();
  }

  /** Which share of the youngest slice a message would be taken from. */
  #shareFor(
    { hashes, own, common, commonCount }: Slice,
    { tag }: MessageKey,
    { linkId, isOfMember }: Bringer,
  ): 'own' | 'common' | null {
    const isOwnFree = (own.get(tag) ?? 0) < this.#limits.passedOnShareMax && hashes.size < this.#sliceMax();
    if (isOfMember && isOwnFree) return 'own';
    return (common.get(linkId) ?? 0) < this.#commonMax() - commonCount ? 'common' : null;
  }

  /** Two slices hold what was passed on within `seenMs`. */
  #sliceMax(): number {
    return Math.floor(this.#limits.passedOnMax / LATE_SLICES);
  }

  #commonMax(): number {
    return Math.floor(this.#sliceMax() * (1 - this.#limits.passedOnReservedRatio));
  }

  /** Begins a new slice where it is time for one. @returns the youngest. */
  #turn(nowMs: number): Slice {
    const { seenMs, journalMs } = this.#limits;
    const youngest = this.#slices[0];
    if (youngest && nowMs - youngest.sinceMs < seenMs) return youngest;
    // A slice ends where the next one begins, but after `seenMs` nothing has been added to it.
    const isKept = ({ sinceMs }: Slice) => nowMs - sinceMs < journalMs + seenMs;
    const isStale = youngest && nowMs - youngest.sinceMs >= 2 * seenMs;
    const slice = newSlice(nowMs);
    // After a silence the youngest one is not of the last `seenMs`: an empty one stands for that time.
    const between = isStale ? [newSlice(nowMs)] : [];
    this.#slices = [slice, ...between, ...this.#slices.filter(isKept)];
    return slice;
  }
}

/** So many slices hold what was passed on within `seenMs`. */
const LATE_SLICES = 2;

function newSlice(sinceMs: number): Slice {
  return { sinceMs, hashes: new HashSet(), common: new Map(), commonCount: 0, own: new Map() };
}

function firstHash({ tag, msgId, fingerprint }: MessageKey): number {
  return mixed(mixed(mixed(tag ^ highHalf(msgId)) + (msgId | 0)) ^ fingerprint);
}

/** Never 0: that is an empty place. */
function secondHash({ msgId, check }: MessageKey): number {
  return mixed(mixed(check + highHalf(msgId)) ^ (msgId | 0)) || 1;
}
