/**
 * Which of our own messages may have reached nobody. TCP says when the network has taken bytes, not when
 * somebody has read them: a message has arrived, as far as anybody can know, when something comes back over a
 * link that it was written to. Where each of those links proves dead instead, its author is told, and told
 * again when it has been sent once more.
 *
 * Messages of one command are one record. Bounded: of more than `unconfirmedMax` records nothing is told of
 * the oldest.
 */
import type { PeerLimits } from '../../limits/peer.ts';

/** Messages that were said together. */
interface Saying {
  readonly firstMsgId: number;
  readonly count: number;
  /** The last of them, as it was typed. */
  readonly last: string;
  /** Links that it was written to and that live. */
  readonly links: Set<string>;
  /** Its author has been told that it may have reached nobody. */
  isInDoubt: boolean;
}

/** Messages in the words of a notice. */
export interface Sayings {
  readonly count: number;
  readonly last: string;
}

/** No message at all. */
export const NOTHING: Sayings = { count: 0, last: '' };

/** Our own messages between their saying and the first sign that they have arrived. */
export class OwnMessages {
  readonly #limits: Pick<PeerLimits, 'unconfirmedMax'>;
  readonly #open = new Set<Saying>();

  constructor(limits: Pick<PeerLimits, 'unconfirmedMax'>) {
    this.#limits = limits;
  }

  /** Messages that may have reached nobody, as far as is known now. */
  get inDoubt(): Sayings {
    return gathered([...this.#open].filter(({ isInDoubt }) => isInDoubt)) ?? NOTHING;
  }

  /** @param links those that the messages were written to; none, and they are in doubt from the beginning. */
  said(firstMsgId: number, texts: readonly string[], links: Iterable<string>): void {
    const own = new Set(links);
    const last = texts.at(-1) ?? '';
    this.#open.add({ firstMsgId, count: texts.length, last, links: own, isInDoubt: own.size === 0 });
    if (this.#open.size <= this.#limits.unconfirmedMax) return;
    for (const oldest of this.#open) {
      this.#open.delete(oldest);
      return;
    }
  }

  /** Something has come over this link: what was written to it has arrived. */
  heard(link: string): void {
    for (const saying of this.#open) if (saying.links.has(link)) this.#open.delete(saying);
  }

  /**
   * A link has ended.
   * @param isDead false where one of the two sides closed it: what was written before has been read.
   * @returns the messages that are in doubt by that; `null` for none.
   */
  linkEnded(link: string, isDead: boolean): Sayings | null {
    const lost: Saying[] = [];
    for (const saying of this.#open) {
      if (!saying.links.delete(link)) continue;
      if (saying.links.size > 0) continue;
      if (isDead) {
        saying.isInDoubt = true;
        lost.push(saying);
      } else this.#open.delete(saying);
    }
    return gathered(lost);
  }

  /**
   * Messages are sent again over a link.
   * @returns those of them that were in doubt; `null` for none.
   */
  sentAgain(link: string, msgIds: ReadonlySet<number>): Sayings | null {
    const mended: Saying[] = [];
    for (const saying of this.#open) {
      if (!msgIds.has(saying.firstMsgId)) continue;
      saying.links.add(link);
      if (saying.isInDoubt) mended.push(saying);
      saying.isInDoubt = false;
    }
    return gathered(mended);
  }
}

function gathered(sayings: readonly Saying[]): Sayings | null {
  const count = sayings.reduce((sum, saying) => sum + saying.count, 0);
  return count === 0 ? null : { count, last: sayings.at(-1)?.last ?? '' };
}
