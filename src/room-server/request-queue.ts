/**
 * The requests of one connection on their way to be answered: one after the other, so many a second at most. A client
 * that asks faster waits; one that does not wait either is told apart by `push`.
 *
 * Invariants: requests are handled in order, each once, the next one when the answer to the one before is there;
 * never more than `requestsWaitingMax` wait; `onOver` is called once, with no request in progress and none to come.
 */
import type { Clock, Timer } from '../io/clock.ts';
import type { RoomServerLimits } from '../limits.ts';
import type { Answer } from './registry.ts';

/** What a queue works with. */
export interface RequestQueueOptions<Request> {
  readonly clock: Clock;
  readonly limits: Pick<RoomServerLimits, 'requestsPerSecondMax' | 'requestsWaitingMax'>;
  /** Answers a request; the promise MUST NOT reject. May call `abandon`. */
  readonly handle: (request: Request) => Answer<void>;
  /** Called when the last request has been dealt with, behind `finish` or `abandon`. */
  readonly onOver: () => void;
}

/** One connection's requests. */
export class RequestQueue<Request> {
  readonly #options: RequestQueueOptions<Request>;
  #waiting: Request[] = [];
  #state: 'open' | 'finishing' | 'over' = 'open';
  #isBusy = false;
  #pause: Timer | undefined;
  /** Requests that may be handled at once; grows with time, up to what a second allows. */
  #credit: number;
  #creditedMs: number;

  constructor(options: RequestQueueOptions<Request>) {
    this.#options = options;
    this.#credit = options.limits.requestsPerSecondMax;
    this.#creditedMs = options.clock.now();
  }

  /**
   * Takes requests as they come; ignored once no more are to come.
   * @returns false where more wait than may: the client has to be got rid of.
   */
  push(requests: readonly Request[]): boolean {
    if (this.#state !== 'open') return true;
    this.#waiting.push(...requests);
    this.#work();
    return this.#waiting.length <= this.#options.limits.requestsWaitingMax;
  }

  /** No more will come: those that wait are handled now, without a pause. */
  finish(): void {
    if (this.#state === 'open') this.#state = 'finishing';
    this.#work();
  }

  /** Forgets those that wait; the one in progress still gets its answer. */
  abandon(): void {
    this.#waiting = [];
    this.finish();
  }

  #work(): void {
    if (this.#isBusy) return;
    this.#stopPause();
    while (this.#waiting.length > 0) {
      if (this.#state === 'open' && !this.#mayHandle()) return;
      const request = this.#waiting.shift() as Request;
      this.#isBusy = true;
      const answer = this.#options.handle(request);
      if (answer instanceof Promise) {
        void answer.then(() => {
          this.#isBusy = false;
          this.#work();
        });
        return;
      }
      this.#isBusy = false;
    }
    if (this.#state !== 'finishing') return;
    this.#state = 'over';
    this.#options.onOver();
  }

  /** Takes a place in this second, or sees to it that the work goes on when there is one. */
  #mayHandle(): boolean {
    const { clock, limits } = this.#options;
    const perSecond = limits.requestsPerSecondMax;
    if (perSecond === 0) return true;
    const nowMs = clock.now();
    const earned = (Math.max(0, nowMs - this.#creditedMs) * perSecond) / 1_000;
    this.#credit = Math.min(perSecond, this.#credit + earned);
    this.#creditedMs = nowMs;
    if (this.#credit >= 1) {
      this.#credit -= 1;
      return true;
    }
    const waitMs = Math.ceil(((1 - this.#credit) * 1_000) / perSecond);
    this.#pause = clock.setTimeout(() => this.#work(), waitMs);
    return false;
  }

  #stopPause(): void {
    if (this.#pause !== undefined) this.#options.clock.clearTimeout(this.#pause);
    this.#pause = undefined;
  }
}
