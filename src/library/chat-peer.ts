/**
 * A peer as a program has it: what it hears as streams, what it says as promises. A thin layer over the peer
 * of the faces (peer/peer-api.ts), which it makes nothing up for.
 */
import {
  concat,
  defer,
  EMPTY,
  filter,
  firstValueFrom,
  from,
  map,
  merge,
  Observable,
  of,
  Subject,
  startWith,
  take,
} from 'rxjs';
import { KEPT_FOR_READER_MAX, UNREAD_MAX_CHARACTERS } from '../limits/library.ts';
import type { Member } from '../overlay/member.ts';
import type { Command, Peer, PeerStatus } from '../peer/peer-api.ts';
import type { OutputFlow } from '../relay/flow/output-flow.ts';
import type { Notice, UserState } from '../words/notices.ts';
import { PeerClosedError, PokeUnansweredError } from './errors.ts';
import { type Readers, Stream } from './stream.ts';
import { type Delivery, during, UnsentTexts } from './unsent-texts.ts';

/** What another member has said. */
export interface Message {
  /** Its nickname, as it has written it: foreign text, see `harmless`. */
  readonly user: string;
  /** Foreign text, see `harmless`. */
  readonly text: string;
  /** Hash ID of who has said it, in decimal: the same member as long as it is in the room. */
  readonly hid: string;
  /** Number of the message, from 1, by its author. With `hid` it names the message. */
  readonly id: number;
  /** It was said a while ago, and a broken link has held it up. */
  readonly isLate: boolean;
}

/** Another member has poked us. */
export interface Poke {
  readonly user: string;
}

/** See above. Made by `createPeer`. */
export class ChatPeer implements AsyncDisposable {
  /** What others say; never what this peer says. What comes before the first reader waits for it. */
  readonly messages: Stream<Message>;
  /** Who pokes us. What comes before the first reader waits for it. */
  readonly pokes: Stream<Poke>;
  /** The members of the room, ourselves among them, in the order of Hash IDs: now, and after each change. */
  readonly members: Stream<readonly Member[]>;
  /** The state of the assignment's diagram: now, and after each change. */
  readonly states: Stream<UserState>;
  /** Everything that a window would show; `describe` makes a sentence of each. */
  readonly notices: Stream<Notice>;
  /** Sentences about what goes wrong around the peer: too many open files, messages that were left out. */
  readonly warnings: Stream<string>;
  readonly #peer: Peer;
  readonly #unsent: UnsentTexts;
  readonly #warnings = new Subject<string>();
  readonly #unread: Unread;
  #closing: Promise<void> | undefined;

  /** @param troubles sentences about the network of this computer. */
  constructor(peer: Peer, troubles: Observable<string>) {
    this.#peer = peer;
    this.#unsent = new UnsentTexts(peer);
    this.#unread = new Unread(peer, (sentence) => this.#warnings.next(sentence));
    const { notices } = peer;
    this.messages = new Stream(keptForFirst(notices.pipe(mapDefined(messageOf))), this.#unread);
    this.pokes = new Stream(keptForFirst(notices.pipe(mapDefined(pokeOf))));
    const members = () => peer.status().members.map(plainMember);
    const states = notices.pipe(mapDefined((notice) => (notice.type === 'state' ? notice.to : undefined)));
    this.members = new Stream(this.#nowAndAfter(members, notices.pipe(filter(changesMembers), map(members))));
    this.states = new Stream(this.#nowAndAfter(() => peer.status().state, states));
    this.notices = new Stream(notices);
    this.warnings = new Stream(merge(this.#warnings, troubles));
    peer.terminated.subscribe(() => {
      this.#unsent.close();
      this.#warnings.complete();
    });
  }

  /** What is known of the peer at this moment: state, members, links, counters. */
  get status(): PeerStatus {
    return this.#peer.status();
  }

  /**
   * Resolves when the first search for a link is over: true where somebody is linked, false where nobody
   * could be reached, or the peer has ended. A text that is given before waits for that by itself.
   */
  linked(): Promise<boolean> {
    const isOver = () => this.#peer.intake !== 'searching';
    const isLinked = () => this.#peer.status().state === 'CONNECTED';
    const over = this.#peer.changes.pipe(startWith(undefined), filter(isOver), map(isLinked));
    return firstValueFrom(over, { defaultValue: false });
  }

  /**
   * Says something to the room. Texts go out in the order of the calls; one waits while the first link is
   * searched for, and while the links are full.
   * @param text one line of less than 500 bytes; ASCII, unless `allowUtf8` was given.
   * @returns resolves when every link has taken it. Rejects with a RefusalError that says why it can't be
   *   sent, and with PeerClosedError.
   */
  send(text: string): Promise<Delivery> {
    return this.#unsent.send(text);
  }

  /**
   * Pokes a member.
   * @returns resolves with the milliseconds until it has answered. Rejects with PokeUnansweredError, with a
   *   RefusalError where it can't be poked, and with PeerClosedError.
   */
  poke(user: string): Promise<number> {
    const answers = this.#peer.notices.pipe(filter((notice) => isAnswerOf(notice, user)));
    return this.#ask({ type: 'POKE', name: user }, answers, (notice) => {
      if (notice.type === 'poke answered') return notice.afterMs;
      throw new PokeUnansweredError(user, notice.type === 'poke unanswered' ? notice.afterMs : 0);
    });
  }

  /**
   * Asks the room server for the names of its rooms.
   * @returns rejects with a RefusalError where it does not answer, and with PeerClosedError.
   */
  rooms(): Promise<readonly string[]> {
    const isAnswer = ({ type }: Notice) => type === 'groups' || type === 'refused';
    return this.#ask({ type: 'LIST' }, this.#peer.notices.pipe(filter(isAnswer)), (notice) => {
      if (notice.type === 'refused') throw notice.error;
      return notice.type === 'groups' ? notice.rooms : [];
    });
  }

  /** Leaves the room. @returns resolves when everything is released; may be called again. */
  close(): Promise<void> {
    this.#unsent.close();
    this.#closing ??= new Promise((resolve) => {
      this.#peer.terminated.subscribe(() => resolve());
      this.#peer.send({ type: 'QUIT' });
    });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask<Answer>(
    command: Command,
    answers: Observable<Notice>,
    read: (notice: Notice) => Answer,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closing) throw new PeerClosedError();
      let isAnswered = false;
      const waiting = answers.pipe(take(1)).subscribe({
        next: (notice) => {
          isAnswered = true;
          try {
            resolve(read(notice));
          } catch (error) {
            reject(error);
          }
        },
        complete: () => {
          if (!isAnswered) reject(new PeerClosedError());
        },
      });
      const refused = during(this.#peer, () => this.#peer.send(command)).find(
        (notice) => notice.type === 'refused',
      );
      if (!refused) return;
      waiting.unsubscribe();
      reject(refused.error);
    });
  }

  #nowAndAfter<Value>(now: () => Value, after: Observable<Value>): Observable<Value> {
    return defer(() => (this.#closing ? EMPTY : concat(of(now()), after)));
  }
}

/** Messages that wait for loops: the room waits for them, and what is too much is left out. */
class Unread implements Readers<Message> {
  readonly #flow: OutputFlow;
  readonly #warn: (sentence: string) => void;
  #weight = 0;
  #leftOut = 0;

  constructor(peer: Peer, warn: (sentence: string) => void) {
    this.#flow = peer.awaitOutput(() => this.#weight);
    this.#warn = warn;
  }

  weight({ text }: Message): number {
    return text.length;
  }

  isKept(_message: Message, waiting: number): boolean {
    if (waiting <= UNREAD_MAX_CHARACTERS) return true;
    this.#leftOut += 1;
    return false;
  }

  changed(by: number): void {
    this.#weight += by;
    if (by > 0) this.#flow.wrote();
    else this.#flow.took();
    if (by > 0 || this.#leftOut === 0) return;
    this.#warn(`${this.#leftOut} messages were left out: they were not read fast enough.`);
    this.#leftOut = 0;
  }
}

/** Keeps what comes before the first subscriber for it, bounded. */
function keptForFirst<Value>(source: Observable<Value>): Observable<Value> {
  const values = new Subject<Value>();
  let kept: Value[] | undefined = [];
  source.subscribe({
    next: (value) => {
      values.next(value);
      kept?.push(value);
      if (kept && kept.length > KEPT_FOR_READER_MAX) kept.shift();
    },
    complete: () => values.complete(),
  });
  return new Observable((subscriber) => {
    const before = kept ?? [];
    kept = undefined;
    return concat(from(before), values).subscribe(subscriber);
  });
}

function mapDefined<From, To>(read: (value: From) => To | undefined) {
  return (source: Observable<From>): Observable<To> =>
    source.pipe(
      map(read),
      filter((value) => value !== undefined),
    );
}

function messageOf(notice: Notice): Message | undefined {
  if (notice.type !== 'text' || notice.own) return undefined;
  const { user, content: text, originHid: hid, msgId: id, late = false } = notice;
  return { user, text, hid, id, isLate: late };
}

function pokeOf(notice: Notice): Poke | undefined {
  return notice.type === 'poked' ? { user: notice.user } : undefined;
}

function isAnswerOf(notice: Notice, user: string): boolean {
  return (notice.type === 'poke answered' || notice.type === 'poke unanswered') && notice.user === user;
}

function changesMembers({ type }: Notice): boolean {
  return type === 'joined' || type === 'members changed';
}

function plainMember({ user, ip, port, hid }: Member): Member {
  return { user, ip, port, hid };
}
