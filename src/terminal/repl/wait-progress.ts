/**
 * What the user waits for, for the prompt, once it takes longer than a second: a Join, or the search for
 * somebody to link to. Short things are not worth a word that appears and vanishes.
 *
 * Invariant: a timer runs only while there is something to wait for, or may soon be: in a room without a
 * link.
 */
import type { Clock, Timer } from '../../io/clock.ts';
import type { Peer, PeerStatus } from '../../peer/peer-api.ts';
import { PROGRESS_MS } from '../limits.ts';

/** See above. */
export class WaitProgress {
  readonly #peer: Pick<Peer, 'dialling'>;
  readonly #clock: Clock;
  readonly #look: () => void;
  #kind: 'join' | 'search' | null = null;
  #sinceMs = 0;
  #timer: Timer | undefined;

  /** @param look is called when `look` may give something else than before. */
  constructor(peer: Pick<Peer, 'dialling'>, clock: Clock, look: () => void) {
    this.#peer = peer;
    this.#clock = clock;
    this.#look = look;
  }

  /** What is waited for at this moment, such as `trying dave, 3 of 20`. */
  look({ state, pending }: Pick<PeerStatus, 'state' | 'pending'>): string | null {
    const dialling = state === 'JOINED' ? this.#peer.dialling : null;
    const isJoining = pending.includes('JOIN');
    const kind = isJoining ? 'join' : dialling ? 'search' : null;
    if (kind !== this.#kind) this.#sinceMs = this.#clock.now();
    this.#kind = kind;
    this.#lookAgain(kind !== null || state === 'JOINED');
    if (kind === null || this.#clock.now() - this.#sinceMs < PROGRESS_MS) return null;
    return dialling ? `trying ${dialling.user}, ${dialling.number} of ${dialling.count}` : 'joining';
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lookAgain(isWanted: boolean): void {
    if (!isWanted) {
      this.stop();
      return;
    }
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#look();
    }, PROGRESS_MS);
  }
}
