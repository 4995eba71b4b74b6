/**
 * The flood decision: what to do with a TEXT that came over a link (PROTOCOL.md, Flooding). Pure; who gets a copy
 * and how it is written is the relay's business.
 */
import type { TextSlice } from '../protocol/text-slice.ts';
import type { SeenCache } from './seen-cache.ts';

/** `new` is shown and forwarded; everything else is dropped and counted under its name. */
export type Verdict = 'new' | 'duplicate' | 'wrong room';

/** Judges the TEXTs of one room. */
export class Flood {
  readonly #room: Uint8Array;
  readonly #seen: SeenCache;

  constructor(room: string, seen: SeenCache) {
    this.#room = Buffer.from(room, 'latin1');
    this.#seen = seen;
  }

  /** Judges one TEXT and remembers it if it is new. */
  judge(text: TextSlice, nowMs: number): Verdict {
    if (!text.isRoom(this.#room)) return 'wrong room';
    return this.#seen.remember(text.originHid, text.msgId, nowMs) ? 'new' : 'duplicate';
  }

  /** Remembers a message of our own, so that it is a duplicate when a cycle brings it back. */
  rememberOwn(originHid: string, msgId: number, nowMs: number): void {
    this.#seen.remember(originHid, msgId, nowMs);
  }
}
