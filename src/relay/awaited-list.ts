/** What waits for a fresh member list, or for the time in which one should have come. */
import type { Clock, Timer } from '../io/clock.ts';
import type { PeerLimits } from '../limits/peer.ts';

/** What waiting for a list needs of its peer. */
interface AwaitedListPorts {
  readonly clock: Clock;
  readonly limits: Pick<PeerLimits, 'undecidedMs'>;
  freshListNeeded(): void;
}

/** One action that needs a fresh list. */
export class AwaitedList {
  readonly #ports: AwaitedListPorts;
  readonly #act: () => void;
  #timer: Timer | undefined;

  /** @param act what is done when the list has come, or will not come in time. */
  constructor(ports: AwaitedListPorts, act: () => void) {
    this.#ports = ports;
    this.#act = act;
  }

  /** Asks for a fresh list. Harmless while one is awaited. */
  ask(): void {
    if (this.#timer !== undefined) return;
    const { clock, limits, freshListNeeded } = this.#ports;
    this.#timer = clock.setTimeout(() => this.come(), limits.undecidedMs);
    freshListNeeded();
  }

  /** A list has come. */
  come(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.#act();
  }

  /** Nothing is awaited any more. */
  stop(): void {
    if (this.#timer !== undefined) this.#ports.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
