/**
 * TCP keepalive of one end: asks a silent other end whether it is still there. No packet is sent for it; at
 * the moment of the question the world is asked what the answer would have been. One timer, set again only
 * when it has run.
 */

import { TCP_KEEPALIVE } from '../../../limits/sockets.ts';
import type { Clock, Timer } from '../../clock.ts';

/**
 * What a question comes to: 'not asked' while something waits to be acknowledged, as retransmission has the
 * word.
 */
export type KeepaliveAnswer = 'alive' | 'reset' | 'silence' | 'not asked';

/** What keepalive needs of its end. */
export interface KeepaliveEnd {
  ask(): KeepaliveAnswer;
  /** The other end has answered that it knows nothing of this connection. */
  denied(): void;
  /** All questions were in vain. */
  giveUp(): void;
}

/** Keepalive of one end, see above. */
export class Keepalive {
  readonly #clock: Clock;
  readonly #end: KeepaliveEnd;
  #timer: Timer;
  #lastHeardMs: number;

  constructor(clock: Clock, end: KeepaliveEnd) {
    this.#clock = clock;
    this.#end = end;
    this.#lastHeardMs = clock.now();
    this.#watch(TCP_KEEPALIVE.idleMs);
  }

  /** Something has come from the other end. */
  heard(): void {
    this.#lastHeardMs = this.#clock.now();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #watch(delayMs: number): void {
    this.#timer = this.#clock.setTimeout(() => this.#lookForLife(), delayMs);
  }

  #lookForLife(): void {
    const { idleMs, intervalMs, probes } = TCP_KEEPALIVE;
    const answer = this.#end.ask();
    if (answer === 'alive' || answer === 'not asked') this.heard();
    const silentMs = this.#clock.now() - this.#lastHeardMs;
    if (answer === 'reset') this.#end.denied();
    else if (silentMs >= idleMs + probes * intervalMs) this.#end.giveUp();
    else this.#watch(silentMs < idleMs ? idleMs - silentMs : intervalMs);
  }
}
