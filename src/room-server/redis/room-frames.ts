/**
 * The M frames that a server has learned from the store, each with the state of the list that it shows: a
 * refresh of an unchanged room needs no list, and one of a room that has only grown needs what is new.
 *
 * Invariants: a frame shows exactly its state, and is made of the answer of the store and of the frame that
 * the answer goes on top of, never of one that has come in between; what nobody has asked for between two
 * calls of `age` is forgotten by the second, so that the memory is that of the rooms which have members here;
 * one list of a room is under way at most, so that many who join at once don't each fetch it.
 */
import { MembersFrame } from '../registry/members-frame.ts';

/** A state of a list: its number, and a word that no other state has. */
export interface ListState {
  readonly version: number;
  readonly mark: string;
}

/** The list of a room in one state. */
export interface KnownList extends ListState {
  readonly frame: MembersFrame;
  /** Which question has brought it; later questions have higher numbers. */
  readonly question: number;
}

/** One member of a list, and the version that it was added with. */
export interface Added {
  readonly entry: string;
  readonly version: number;
}

/** What the store tells of a list: that it is the known one, what was added to that, or all of it. */
export type ListNews =
  | { readonly kind: 'same' }
  | { readonly kind: 'added' | 'whole'; readonly list: Added[] };

function entries(list: readonly Added[]): string[] {
  return list.toSorted((one, other) => other.version - one.version).map(({ entry }) => entry);
}

/** The frames of one server, see above. */
export class RoomFrames {
  #recent = new Map<string, KnownList>();
  #older = new Map<string, KnownList>();
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** What was learned last of a room. */
  get(room: string): KnownList | undefined {
    const recent = this.#recent.get(room);
    if (recent) return recent;
    const older = this.#older.get(room);
    if (older) this.#recent.set(room, older);
    return older;
  }

  /** The question that will bring the list of a room, if one is under way. */
  underWay(room: string): Promise<unknown> | undefined {
    return this.#underWay.get(room);
  }

  /** Notes that a question will bring the list of a room; until its answer is there nobody else asks. */
  async asking<T>(room: string, question: Promise<T>): Promise<T> {
    this.#underWay.set(room, question);
    try {
      return await question;
    } finally {
      this.#underWay.delete(room);
    }
  }

  /**
   * Takes an answer over.
   * @param known what was known when the question was asked.
   * @returns the list in the state of the answer; nothing where the answer does not fit the question.
   */
  learn(
    room: string,
    question: number,
    state: ListState,
    news: ListNews,
    known: KnownList | undefined,
  ): KnownList | undefined {
    const frame = frameOf(news, known);
    if (!frame) return undefined;
    const learned = { ...state, frame, question };
    // An answer may overtake another one where they come from two nodes.
    if (question > (this.get(room)?.question ?? -1)) this.#recent.set(room, learned);
    return learned;
  }

  /** To be called from time to time. */
  age(): void {
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}

function frameOf(news: ListNews, known: KnownList | undefined): MembersFrame | undefined {
  if (news.kind === 'whole') return news.list.length > 0 ? MembersFrame.of(entries(news.list)) : undefined;
  if (news.kind === 'same') return known?.frame;
  return known?.frame.prepend(entries(news.list).join(''));
}
