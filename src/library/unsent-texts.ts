/**
 * Texts that a program has given and that are not on their way yet, in order: each waits for the end of the
 * first search for a link, and while the links are full, for them, as in line mode.
 */
import { type Subscription, take } from 'rxjs';
import type { Peer } from '../peer/peer-api.ts';
import type { Notice } from '../words/notices.ts';
import { PeerClosedError } from './errors.ts';

/** What has become of a message. */
export interface Delivery {
  /**
   * Members that it was written to directly; they pass it on. 0 where nobody was linked: then it was shown to
   * nobody else, or is kept for the next link (`isKept`).
   */
  readonly links: number;
  /** Nobody is linked for the moment, and whoever links within ten minutes is given the message. */
  readonly isKept: boolean;
}

interface Waiting {
  readonly text: string;
  resolve(delivery: Delivery): void;
  reject(error: Error): void;
}

/** See above. */
export class UnsentTexts {
  readonly #peer: Peer;
  readonly #following: Subscription;
  readonly #waiting: Waiting[] = [];
  /** Given to the links, which have not taken all of it. */
  readonly #underWay = new Set<Waiting>();
  #isClosed = false;

  constructor(peer: Peer) {
    this.#peer = peer;
    this.#following = peer.changes.subscribe(() => this.#work());
  }

  /**
   * Resolves when every link that is up then has taken it; rejects with the RefusalError where it can't be
   * sent, and with PeerClosedError where the peer ends before.
   */
  send(text: string): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject });
      this.#work();
    });
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#following.unsubscribe();
    this.#work();
    for (const waiting of this.#underWay) waiting.reject(new PeerClosedError());
    this.#underWay.clear();
  }

  #work(): void {
    while (this.#waiting.length > 0 && (this.#isClosed || this.#peer.intake === 'open')) {
      const next = this.#waiting.shift() as Waiting;
      if (this.#isClosed) next.reject(new PeerClosedError());
      else this.#give(next);
    }
  }

  #give(waiting: Waiting): void {
    const told = during(this.#peer, () => this.#peer.send({ type: 'SEND', text: waiting.text }));
    const refused = told.find((notice) => notice.type === 'refused');
    if (refused) {
      waiting.reject(refused.error);
      return;
    }
    const alone = told.find((notice) => notice.type === 'nobody linked');
    const links = alone ? 0 : this.#peer.status().links.length;
    this.#underWay.add(waiting);
    this.#peer
      .taken()
      .pipe(take(1))
      .subscribe(() => {
        this.#underWay.delete(waiting);
        waiting.resolve({ links, isKept: alone?.isKept ?? false });
      });
  }
}

/** What a peer tells while something is done. */
export function during(peer: Pick<Peer, 'notices'>, act: () => void): Notice[] {
  const told: Notice[] = [];
  const listening = peer.notices.subscribe((notice) => told.push(notice));
  act();
  listening.unsubscribe();
  return told;
}
