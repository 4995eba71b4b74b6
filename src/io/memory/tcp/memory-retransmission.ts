/**
 * Trying again: the retransmission timer of one direction of a TCP connection. It runs while something is
 * held, with pauses that double, as long as what stands in the way is the network, and gives up in the end.
 */
import type { Clock, Timer } from '../../clock.ts';

/** What a segment waits for: a cut or a dead host, a clog, or a receiver that does not read. */
export type Obstacle = 'no way' | 'clog' | 'full window';

/** What the timer asks and tells. */
export interface RetransmissionPorts {
  /** What stands in the way of the first held segment now. */
  obstacle(): Obstacle | undefined;
  /** False while no answer would come back: an unanswered question is no sign of life. */
  isAnswered(): boolean;
  /** Nothing stands in the way any more. */
  proceed(): void;
  /** Asks a receiver without space whether it has some by now. */
  question(): void;
  /** Nothing has got through for too long. */
  giveUp(): void;
}

/** First and longest pause before a retransmission, doubling in between (Linux: RTO_MIN and RTO_MAX). */
const PAUSE_MIN_MS = 200;
const PAUSE_MAX_MS = 120_000;

/** A sender whose segments have not got through for so long gives up (Linux: 924.6 s by default). */
const GIVE_UP_MS = 924_600;

/** The same where no process has the connection any more (Linux: 8 retransmissions). */
const GIVE_UP_ORPHAN_MS = 102_200;

/** The retransmission timer of one direction, see above. */
export class Retransmission {
  readonly #clock: Clock;
  readonly #ports: RetransmissionPorts;
  #timer: Timer;
  #isRunning = false;
  #unansweredSinceMs = 0;
  #giveUpMs = GIVE_UP_MS;

  constructor(clock: Clock, ports: RetransmissionPorts) {
    this.#clock = clock;
    this.#ports = ports;
  }

  /** Tries again from now on; goes on as it was where it runs already. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#unansweredSinceMs = this.#clock.now();
    this.#after(PAUSE_MIN_MS);
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#clock.clearTimeout(this.#timer);
  }

  /** No process has the connection any more: it is not worth that long. */
  hurry(): void {
    this.#giveUpMs = GIVE_UP_ORPHAN_MS;
  }

  #after(pauseMs: number): void {
    this.#timer = this.#clock.setTimeout(() => this.#tryAgain(pauseMs), pauseMs);
  }

  #tryAgain(pauseMs: number): void {
    const obstacle = this.#ports.obstacle();
    if (!obstacle) {
      this.#isRunning = false;
      this.#ports.proceed();
      return;
    }
    const nowMs = this.#clock.now();
    if (obstacle !== 'no way' && this.#ports.isAnswered()) this.#unansweredSinceMs = nowMs;
    if (nowMs - this.#unansweredSinceMs >= this.#giveUpMs) {
      this.#isRunning = false;
      this.#ports.giveUp();
      return;
    }
    if (obstacle === 'full window') this.#ports.question();
    // A clog is not noticed by the sender: it goes on as soon as it clears.
    this.#after(obstacle === 'clog' ? PAUSE_MIN_MS : Math.min(pauseMs * 2, PAUSE_MAX_MS));
  }
}
