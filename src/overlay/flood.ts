/**
 * The flood decision: what to do with a TEXT that came over a link (PROTOCOL.md, Flooding). Pure; who gets a copy
 * and how it is written is the relay's business.
 */

import type { TextSlice } from '../protocol/text-slice.ts';
import type { Link } from './link-table.ts';
import { type Circumstances, fingerprintOf, type SeenCache, type SeenVerdict } from './seen-cache.ts';

/**
 * `new` is shown and forwarded; `doubtful` waits for a fresh member list; everything else is dropped and counted under
 * its name. `own name`: it claims our own HID and is none of our messages.
 */
export type Verdict = SeenVerdict | 'wrong room' | 'own name';

/**
 * Who gets a copy of a new TEXT: every link but the one that it came over, and not its origin, which may be named by
 * its HID or by its nickname (PROTOCOL.md, Flooding; Other implementations).
 */
export function getsCopy({ id, member }: Link, fromLink: string, originHid: string): boolean {
  return id !== fromLink && originHid !== member.hid && originHid !== member.user;
}

/** Judges the TEXTs of one room. */
export class Flood {
  readonly #room: Uint8Array;
  readonly #self: Uint8Array;
  readonly #seen: SeenCache;
  #ownMax = 0;

  constructor(room: string, selfHid: string, seen: SeenCache) {
    this.#room = Buffer.from(room, 'latin1');
    this.#self = Buffer.from(selfHid, 'latin1');
    this.#seen = seen;
  }

  /**
   * Judges one TEXT and remembers it if it is new.
   * @param circumstances what is known beyond the frame itself.
   */
  judge(text: TextSlice, nowMs: number, circumstances?: Circumstances): Verdict {
    if (!text.isRoom(this.#room)) return 'wrong room';
    // A cycle brings our own messages back; what we have never sent is somebody else's, or of our last life.
    if (text.isOrigin(this.#self))
      return text.msgId > 0 && text.msgId <= this.#ownMax ? 'duplicate' : 'own name';
    return this.#seen.judge(text.originHid, text.msgId, fingerprintOf(text.content), nowMs, circumstances);
  }

  /** We have used this message ID. */
  sentOwn(msgId: number): void {
    this.#ownMax = msgId;
  }
}
