/**
 * The M frames that a server has learned from the store, each with the version of its room: a refresh of an
 * unchanged room needs no list, and one of a room that has only grown needs what is new.
 *
 * Invariants: a frame is that of its version; versions only grow; what nobody has asked for between two calls
 * of `age` is forgotten by the second, so that the memory is that of the rooms which have members here; one
 * list of a room is under way at most, so that many who join at once don't each fetch it.
 */
import { MembersFrame } from '../members-frame.ts';

interface Known {
  readonly version: number;
  readonly frame: MembersFrame;
}

/** What the store tells of a room's list, oldest first. */
export type ListNews =
  | { readonly version: number; readonly whole: readonly string[] }
  /** All that has been added since the version `since`, while nothing was removed. */
  | { readonly version: number; readonly since: number; readonly added: readonly Added[] }
  /** There is nothing new. */
  | { readonly version: number };

/** One member that was added: its part of the M, and the version of the list with it. */
export interface Added {
  readonly entry: string;
  readonly version: number;
}

/** The frames of one server, see above. */
export class RoomFrames {
  #recent = new Map<string, Known>();
  #older = new Map<string, Known>();
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** The version that is known of a room; 0 for none. */
  version(room: string): number {
    return this.#find(room)?.version ?? 0;
  }

  /** The frame of a room as it was last learned. */
  frame(room: string): Buffer | undefined {
    return this.#find(room)?.frame.bytes;
  }

  /** The question that will bring the list of a room, if one is under way. */
  underWay(room: string): Promise<unknown> | undefined {
    return this.#underWay.get(room);
  }

  /**
   * Notes that a question will bring the list of a room; until its answer has been taken over nobody else
   * asks.
   */
  async asking<T>(room: string, question: Promise<T>): Promise<T> {
    this.#underWay.set(room, question);
    try {
      return await question;
    } finally {
      this.#underWay.delete(room);
    }
  }

  /** Takes news over; ignored where they go on top of something that is not known (any more). */
  learn(room: string, news: ListNews): void {
    const known = this.#find(room);
    // Two requests under way at once may have been told the same news.
    if (known && known.version >= news.version) return;
    const { version } = news;
    if ('whole' in news) this.#recent.set(room, { version, frame: MembersFrame.of(news.whole.toReversed()) });
    else if ('since' in news && known && known.version >= news.since) {
      const entries = news.added.filter((added) => added.version > known.version).map(({ entry }) => entry);
      this.#recent.set(room, { version, frame: known.frame.prepend(entries.toReversed().join('')) });
    }
  }

  /** To be called from time to time. */
  age(): void {
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  #find(room: string): Known | undefined {
    const recent = this.#recent.get(room);
    if (recent) return recent;
    const older = this.#older.get(room);
    if (older) this.#recent.set(room, older);
    return older;
  }
}
