/**
 * What a neighbour has handed on, held against what it had by then. Two invariants:
 *
 * - who joins shows nothing of the past: nothing that the neighbour had shown before this incarnation of the
 *   receiver joined. A flood passes a message on at the moment when it is shown, so such a message was sent
 *   again to somebody who has no gap;
 * - over one link messages come in the order in which the neighbour had them, what is sent again included.
 *   One step back is allowed: who has shown that it remembers something is given older messages after newer
 *   ones (relay/contacts.ts), once a link.
 */
import type { MessageLedger } from './message-ledger.ts';
import { quoted } from './quoted.ts';

/** A message as it was handed on. */
interface HandedOn {
  readonly content: string;
  /** Receiver and giver by index, each in its present incarnation. */
  readonly peer: number;
  readonly incarnation: number;
  readonly giver: number;
  readonly giverIncarnation: number;
  /** Name of the link at the receiver; unique in an incarnation. */
  readonly link: string;
  /** When this incarnation of the receiver was in the room for the first time; `null` while it is not. */
  readonly joinedMs: number | null;
  /** When it is shown. */
  readonly atMs: number;
}

/** What is broken: at most one of both, in one sentence behind the receiver's name. */
interface Wrong {
  readonly invariant: 'past' | 'order';
  readonly what: string;
}

/**
 * Looked at is a peer's first incarnation only, for so long after its joining: who was there before may be
 * mistaken.
 */
const LOOKED_AT_MS = 10_000;
/** The list of a room may name a peer for so long before the peer knows it. */
const JOINING_MS = 5_000;
const STEPS_BACK_MAX = 1;

interface Handed {
  lastNumber: number;
  lastContent: string;
  stepsBack: number;
}

/** The links of one world, by what has come over each. */
export class HandingOn {
  readonly #ledger: MessageLedger;
  readonly #links = new Map<string, Handed>();
  /** Of each incarnation, the first link over which something new has come. */
  readonly #firstLinks = new Map<string, string>();

  constructor(ledger: MessageLedger) {
    this.#ledger = ledger;
  }

  /** A message that is new to its receiver has come over a link from one of ours. */
  look(handed: HandedOn): Wrong | undefined {
    const { content, giver, giverIncarnation, joinedMs } = handed;
    const had = this.#ledger.showing(content, giver, giverIncarnation);
    // The giver has begun another incarnation meanwhile.
    if (!had) return undefined;
    const isFirstLink = this.#isFirstLink(handed);
    const isNewcomer =
      joinedMs !== null && handed.incarnation === 1 && isFirstLink && handed.atMs - joinedMs <= LOOKED_AT_MS;
    if (isNewcomer && had.atMs < joinedMs - JOINING_MS) {
      const what = `joined at ${joinedMs} and showed ${quoted(content)}, which its neighbour had since ${had.atMs}`;
      return { invariant: 'past', what };
    }
    return this.#lookAtOrder(handed, had.number);
  }

  /**
   * Over a later link a peer that has joined not long ago may be taken for the one that it was before: where
   * the list has not shown that it was away, and it has used as many message IDs, nothing tells the two
   * apart.
   */
  #isFirstLink({ peer, incarnation, link }: HandedOn): boolean {
    const key = `${peer}/${incarnation}`;
    const first = this.#firstLinks.get(key) ?? link;
    this.#firstLinks.set(key, first);
    return first === link;
  }

  #lookAtOrder({ content, peer, incarnation, link }: HandedOn, number: number): Wrong | undefined {
    const key = `${peer}/${incarnation}/${link}`;
    const before = this.#links.get(key) ?? { lastNumber: -1, lastContent: '', stepsBack: 0 };
    const { lastNumber, lastContent } = before;
    const stepsBack = before.stepsBack + (number < lastNumber ? 1 : 0);
    this.#links.set(key, { lastNumber: number, lastContent: content, stepsBack });
    if (number > lastNumber || stepsBack <= STEPS_BACK_MAX) return undefined;
    const what = `was given ${quoted(content)} after ${quoted(lastContent)} over ${link}, the other way round than its neighbour had them, for the ${stepsBack}. time`;
    return { invariant: 'order', what };
  }
}
