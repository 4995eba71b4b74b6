/**
 * How a registry comes by the list of a room: with the answer to a J, or, where many join at once, with one
 * question for all of them.
 *
 * Invariant: the frame for who has joined shows the state right after its J or a later one, never an earlier
 * one, and a member that was added stands in it.
 */
import type { Questions } from './questions.ts';
import { type Added, type KnownList, type ListNews, type ListState, RoomFrames } from './room-frames.ts';
import { roomKey, type ScriptName } from './scripts/scripts.ts';

/** The store's answer: what, the state, who owns the member (`''`: who has asked), and the list. */
type ListReply = readonly [
  kind: 'added' | 'refreshed' | 'listed',
  version: number,
  mark: string,
  owner: string,
  since?: number,
  list?: readonly string[],
];
type Reply = ListReply | readonly [kind: 'no room' | 'conflict' | 'room full'];

/** A J that the store has taken. */
interface Joined extends ListState {
  readonly kind: 'added' | 'refreshed';
  /** Server and connection that own the member; `''` for the asker. */
  readonly owner: string;
  readonly question: number;
  /** The list, where it came along. */
  readonly known: KnownList | undefined;
}

/** What a J has come to. */
type JoinReply =
  | Joined
  | { readonly kind: 'no room' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'room full' };

interface Asked {
  readonly reply: Reply;
  readonly question: number;
  readonly known: KnownList | undefined;
}

/** Instead of a known version: nothing is known; no list is wanted. */
const NOTHING_KNOWN = -1;
const NO_LIST = -2;

/** The lists of one registry. */
export class RoomLists {
  readonly #questions: Questions;
  readonly #frames = new RoomFrames();
  #lastQuestion = 0;

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** See RoomFrames. */
  age(): void {
    this.#frames.age();
  }

  /**
   * Asks the store for a place in a room.
   * @param words those of the function in front of what is known of the list, `more` those behind it.
   * @returns `undefined` where the store is away.
   */
  async join(
    room: string,
    words: readonly string[],
    more: readonly string[],
  ): Promise<JoinReply | undefined> {
    const isUnderWay = this.#frames.underWay(room) !== undefined;
    const asked = await this.#ask('join', room, isUnderWay, words, [this.#questions.mark(), ...more]);
    if (!asked) return undefined;
    const { reply, question, known } = asked;
    if (reply[0] === 'no room' || reply[0] === 'conflict' || reply[0] === 'room full')
      return { kind: reply[0] };
    const [kind, version, mark, owner = ''] = reply as ListReply;
    if (kind === 'listed') return undefined;
    return { kind, version, mark, owner, question, known };
  }

  /**
   * The M for who has joined.
   * @param entry what has to stand in it, where the member is a new one.
   * @returns `undefined` where it can't be had (any more).
   */
  async frame(room: string, joined: Joined, entry: string | undefined): Promise<Buffer | undefined> {
    if (joined.known) return joined.known.frame.bytes;
    let hasAsked = false;
    for (;;) {
      const known = this.#frames.get(room);
      if (known && fits(known, joined, entry)) return known.frame.bytes;
      const underWay = this.#frames.underWay(room);
      if (underWay) {
        await underWay;
      } else {
        if (hasAsked) return undefined;
        hasAsked = true;
        if (!(await this.#ask('list', room, false, [], []))) return undefined;
      }
    }
  }

  async #ask(
    script: ScriptName,
    room: string,
    isWithoutList: boolean,
    words: readonly string[],
    more: readonly string[],
  ): Promise<Asked | undefined> {
    this.#lastQuestion += 1;
    const question = this.#lastQuestion;
    const known = this.#frames.get(room);
    const version = isWithoutList ? NO_LIST : (known?.version ?? NOTHING_KNOWN);
    const all = [...words, String(version), known?.mark ?? '', ...more];
    const asked = this.#questions.ask<Reply>(script, roomKey(room), all).then((reply) => {
      if (!reply) return undefined;
      const learned = isWithoutList ? undefined : this.#learn(room, question, reply, known);
      return { reply, question, known: learned };
    });
    // Either way takes as many turns: who has asked first goes on first.
    return isWithoutList ? afterwards(asked) : this.#frames.asking(room, asked);
  }

  #learn(room: string, question: number, reply: Reply, known: KnownList | undefined) {
    if (reply.length === 1) return undefined;
    const [, version, mark, , since, list] = reply;
    return this.#frames.learn(room, question, { version, mark }, newsOf(since, list), known);
  }
}

async function afterwards<T>(question: Promise<T>): Promise<T> {
  return await question;
}

function fits(known: KnownList, joined: Joined, entry: string | undefined): boolean {
  if (known.version === joined.version && known.mark === joined.mark) return true;
  const isLater = known.question > joined.question;
  return isLater && (entry === undefined || known.frame.bytes.includes(`:${entry}`));
}

function newsOf(since: number | undefined, list: readonly string[] | undefined): ListNews {
  if (since === undefined || !list) return { kind: 'same' };
  const added: Added[] = [];
  for (let at = 0; at < list.length; at += 2) {
    added.push({ version: Number(list[at]), entry: list[at + 1] ?? '' });
  }
  return { kind: since === NOTHING_KNOWN ? 'whole' : 'added', list: added };
}
