/** What the tests of the seen-cache share: a cache with its clock, and its times. */
import { Fingerprints } from '../../../../src/overlay/seen/fingerprint.ts';
import {
  type Circumstances,
  SeenCache,
  type SeenCacheOptions,
  type SeenVerdict,
} from '../../../../src/overlay/seen/seen-cache.ts';

const SEED = 7;
export const SEEN_MS = 1_000;
export const DUPLICATE_MS = 100;
export const COUNTS_ON_MS = 300;

/** Too late for a duplicate, early enough for the content to be remembered. */
export const LATER_MS = DUPLICATE_MS + 1;

/** By then every content has been forgotten but those at the beginning of an incarnation. */
export const MUCH_LATER_MS = 3 * SEEN_MS;

/** Message IDs from here on are not at the beginning of an incarnation that began at 1. */
export const BEYOND_FIRST = 17;

const OPTIONS: SeenCacheOptions = {
  seenMs: SEEN_MS,
  seenMax: 1_000,
  duplicateMs: DUPLICATE_MS,
  countsOnMs: COUNTS_ON_MS,
  originsMax: 100,
  idRangesMax: 16,
  contentsPerIdMax: 8,
  firstMessagesMax: 16,
  lastingContentsMax: 1_000,
};

/** A cache with its clock; a message's content is text. */
export class SeenBench {
  readonly cache: SeenCache;
  nowMs = 0;

  constructor(options: Partial<SeenCacheOptions> = {}) {
    this.cache = new SeenCache({ ...OPTIONS, ...options }, SEED);
  }

  hear(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin);
  }

  settle(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin, { isSettled: true });
  }

  /** Hears it from its origin itself, over a link whose handshake has told a new incarnation. */
  hearConfirmed(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin, { isOfNewIncarnation: true });
  }

  /** Hears it over a link over which messages may be said again. */
  hearAgain(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin, { isSaidAgain: true });
  }

  /** The origin's handshake tells its last msgID. */
  handshake(lastMsgId: number, origin = 'bob'): boolean {
    return this.cache.handshake(origin, lastMsgId, this.nowMs);
  }

  /** A list shows that the origin was added again. */
  suspect(origin = 'bob'): void {
    this.cache.suspect(origin, this.nowMs);
  }

  /** A list has the origin. */
  isBack(origin = 'bob'): void {
    this.cache.isBack(origin, this.nowMs);
  }

  /** Hears these one after the other. */
  hearAll(msgIds: readonly number[], content?: (msgId: number) => string): SeenVerdict[] {
    return msgIds.map((msgId) => this.hear(msgId, content?.(msgId)));
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  #judge(msgId: number, content: string, origin: string, known?: Circumstances): SeenVerdict {
    return this.cache.judge(
      origin,
      msgId,
      new Fingerprints(SEED).of(Buffer.from(content)),
      this.nowMs,
      known,
    );
  }
}

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

export function all(verdict: SeenVerdict, count: number): SeenVerdict[] {
  return Array.from({ length: count }, () => verdict);
}
