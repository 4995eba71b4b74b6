/**
 * The requests of one connection on their way to be answered: one after the other, so many a second at most.
 * A client that asks faster waits; one that does not wait either is told apart by `push`.
 *
 * Invariants: requests are handled in order, each once, the next one when the answer to the one before is
 * there; never more than `requestsWaitingMax` wait; `onOver` is called once, with no request in progress and
 * none to come.
 */
import type { Clock, Timer } from '../io/clock.ts';
import type { RoomServerLimits } from '../limits/room-server.ts';
import { FULL_BUCKET, nextTokenMs, type Rate, withoutToken } from '../pacing/token-bucket.ts';
import type { Answer } from './registry/registry.ts';

/** What a queue works with. */
interface RequestQueueOptions<Request> {
  readonly clock: Clock;
  readonly limits: Pick<RoomServerLimits, 'requestsPerSecondMax' | 'requestsWaitingMax'>;
  /** Answers a request at the time given; the promise MUST NOT reject. May call `abandon`. */
  readonly handle: (request: Request, nowMs: number) => Answer<void>;
  /** Called when the last request has been dealt with, behind `finish` or `abandon`. */
  readonly onOver: () => void;
}

const NONE: readonly never[] = [];
const SECOND_MS = 1_000;

/** One connection's requests. */
export class RequestQueue<Request> {
  readonly #options: RequestQueueOptions<Request>;
  /** Those from `#next` on wait. */
  #waiting: readonly Request[] = NONE;
  #next = 0;
  #state: 'open' | 'finishing' | 'over' = 'open';
  #isBusy = false;
  #pause: Timer | undefined;
  /** Of requests that may be handled; `undefined` where any number may. */
  readonly #rate: Rate | undefined;
  #bucket = FULL_BUCKET;

  constructor(options: RequestQueueOptions<Request>) {
    this.#options = options;
    const perSecond = options.limits.requestsPerSecondMax;
    if (perSecond > 0) this.#rate = { atOnce: perSecond, intervalMs: SECOND_MS / perSecond };
  }

  /**
   * Takes requests as they come; ignored once no more are to come.
   * @param nowMs the clock's time.
   * @returns false where more wait than may: the client has to be got rid of.
   */
  push(requests: readonly Request[], nowMs: number): boolean {
    if (this.#state !== 'open') return true;
    this.#waiting = this.#isEmpty ? requests : [...this.#waiting.slice(this.#next), ...requests];
    this.#next = 0;
    this.#work(nowMs);
    return this.#waiting.length - this.#next <= this.#options.limits.requestsWaitingMax;
  }

  /** No more will come: those that wait are handled now, without a pause. */
  finish(): void {
    if (this.#state === 'open') this.#state = 'finishing';
    this.#work(this.#options.clock.now());
  }

  /** Forgets those that wait; the one in progress still gets its answer. */
  abandon(): void {
    this.#next = this.#waiting.length;
    this.finish();
  }

  get #isEmpty(): boolean {
    return this.#next >= this.#waiting.length;
  }

  #work(nowMs: number): void {
    if (this.#isBusy) return;
    this.#stopPause();
    while (!this.#isEmpty) {
      if (this.#state === 'open' && !this.#mayHandle(nowMs)) return;
      const request = this.#waiting[this.#next] as Request;
      this.#next += 1;
      this.#isBusy = true;
      const answer = this.#options.handle(request, nowMs);
      if (answer instanceof Promise) {
        void answer.then(() => this.#goOn());
        return;
      }
      this.#isBusy = false;
    }
    // What has been handled refers to the chunk that it came in.
    this.#waiting = NONE;
    this.#next = 0;
    if (this.#state !== 'finishing') return;
    this.#state = 'over';
    this.#options.onOver();
  }

  #goOn(): void {
    this.#isBusy = false;
    this.#work(this.#options.clock.now());
  }

  /** Takes a token, or sees to it that the work goes on when there is one. */
  #mayHandle(nowMs: number): boolean {
    if (!this.#rate) return true;
    const waitMs = Math.ceil(nextTokenMs(this.#bucket, this.#rate) - nowMs);
    if (waitMs <= 0) {
      this.#bucket = withoutToken(this.#bucket, this.#rate, nowMs);
      return true;
    }
    const { clock } = this.#options;
    this.#pause = clock.setTimeout(() => this.#work(clock.now()), waitMs);
    return false;
  }

  #stopPause(): void {
    if (this.#pause !== undefined) this.#options.clock.clearTimeout(this.#pause);
    this.#pause = undefined;
  }
}
