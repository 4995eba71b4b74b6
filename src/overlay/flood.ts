/**
 * The flood decision: what to do with a TEXT that came over a link (PROTOCOL.md, Flooding). Pure; who gets a
 * copy and how it is written is the relay's business.
 */

import type { TextHeader } from '../protocol/text-header.ts';
import type { TextSlice } from '../protocol/text-slice.ts';
import { Fingerprints } from './fingerprint.ts';
import type { Link } from './link-table.ts';
import type { Circumstances, SeenCache, SeenVerdict } from './seen-cache.ts';

/**
 * `new` is shown and forwarded; `doubtful` waits for a fresh member list; everything else is dropped and
 * counted under its name. `own name`: it claims our own HID and is none of our messages.
 */
export type Verdict = SeenVerdict | 'wrong room' | 'own name';

/**
 * Who gets a copy of a new TEXT: every link but the one that it came over, and not its origin, which may be
 * named by its HID or by its nickname (PROTOCOL.md, Flooding; Other implementations).
 */
export function getsCopy({ id, member }: Link, fromLink: string, originHid: string): boolean {
  return id !== fromLink && originHid !== member.hid && originHid !== member.user;
}

/** What a header alone tells of the TEXTs that have it. */
type Origin = 'another' | 'ourselves' | 'wrong room';

/** Judges the TEXTs of one room. */
export class Flood {
  readonly #room: string;
  readonly #selfHid: string;
  readonly #seen: SeenCache;
  readonly #fingerprints = new Fingerprints();
  #ownMax = 0;
  /** The last header looked at: TEXTs of one origin come one after the other and share theirs. */
  #header: TextHeader | undefined;
  #origin: Origin = 'wrong room';

  constructor(room: string, selfHid: string, seen: SeenCache) {
    this.#room = room;
    this.#selfHid = selfHid;
    this.#seen = seen;
  }

  /**
   * Judges one TEXT and remembers it if it is new.
   * @param circumstances what is known beyond the frame itself.
   */
  judge(text: TextSlice, nowMs: number, circumstances?: Circumstances): Verdict {
    const { header, msgId } = text;
    if (header !== this.#header) this.#lookAt(header);
    if (this.#origin === 'wrong room') return 'wrong room';
    // A cycle brings our own messages back; what we have never sent is somebody else's, or of our last life.
    if (this.#origin === 'ourselves') return msgId > 0 && msgId <= this.#ownMax ? 'duplicate' : 'own name';
    const fingerprint = this.#fingerprints.of(text.buffer, text.contentStart, text.contentEnd);
    return this.#seen.judge(header.originHid, msgId, fingerprint, nowMs, circumstances);
  }

  /** We have used this message ID. */
  sentOwn(msgId: number): void {
    this.#ownMax = msgId;
  }

  #lookAt(header: TextHeader): void {
    this.#header = header;
    if (header.room !== this.#room) this.#origin = 'wrong room';
    else this.#origin = header.originHid === this.#selfHid ? 'ourselves' : 'another';
  }
}
