/**
 * Commands on their way to a peer that can't take more for the moment: a face that can't stop its input, as a
 * terminal or a web page, keeps them here while the links are full (`Peer.intake`), and they go on in order.
 *
 * Invariant: order is kept, so whatever comes while something waits waits behind it; Quit never waits.
 */
import type { Subscription } from 'rxjs';
import type { Command, Peer } from './peer-api.ts';

/** The waiting commands of one face; `stop` it with the face. */
export class WaitingCommands {
  readonly #peer: Pick<Peer, 'intake' | 'changes' | 'send'>;
  readonly #max: number;
  readonly #following: Subscription;
  #waiting: Command[] = [];

  /** @param max commands that may wait. */
  constructor(peer: Pick<Peer, 'intake' | 'changes' | 'send'>, max: number) {
    this.#peer = peer;
    this.#max = max;
    this.#following = peer.changes.subscribe(() => this.#goOn());
  }

  /** Commands that wait now. */
  get count(): number {
    return this.#waiting.length;
  }

  /** Gives a command to the peer, now or as soon as it takes more. @returns false where too many wait. */
  send(command: Command): boolean {
    const isFree = this.#waiting.length === 0 && this.#peer.intake !== 'busy';
    if (isFree || command.type === 'QUIT') {
      this.#peer.send(command);
      return true;
    }
    if (this.#waiting.length >= this.#max) return false;
    this.#waiting.push(command);
    return true;
  }

  /** Forgets what waits. */
  stop(): void {
    this.#following.unsubscribe();
    this.#waiting = [];
  }

  #goOn(): void {
    while (this.#waiting.length > 0 && this.#peer.intake !== 'busy') {
      this.#peer.send(this.#waiting.shift() as Command);
    }
  }
}
