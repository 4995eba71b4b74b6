/**
 * A stream whose values wait for the first subscriber: what a listener accepts and what a datagram socket
 * receives between its creation and the moment somebody looks must not be lost. After that nothing is kept
 * any more.
 */
import { Observable, type Subscriber } from 'rxjs';
import { KEPT_MAX } from '../limits/sockets.ts';

/** A stream for one subscriber, see above. */
export class KeptStream<Value extends object> {
  /**
   * Ends when `complete` is called; never fails, except for a second subscriber, which is a programmer's
   * error.
   */
  readonly values: Observable<Value>;
  readonly #kept: Value[] = [];
  #subscriber: Subscriber<Value> | undefined;
  #isComplete = false;

  constructor() {
    this.values = new Observable((subscriber) => this.#subscribe(subscriber));
  }

  /**
   * @returns false where the value was turned away: nobody is there any more, or nobody came for too many.
   */
  push(value: Value): boolean {
    if (this.#isComplete || this.#subscriber?.closed || this.#kept.length >= KEPT_MAX) return false;
    this.#kept.push(value);
    this.#deliver();
    return true;
  }

  /** Nothing more will come; what is kept still waits for the subscriber. */
  complete(): void {
    this.#isComplete = true;
    this.#deliver();
  }

  #subscribe(subscriber: Subscriber<Value>): void {
    if (this.#subscriber) throw new Error('This stream has had its one subscriber.');
    this.#subscriber = subscriber;
    this.#deliver();
  }

  /**
   * Takes one value at a time off the queue, so that a subscriber that causes another one gets it in order.
   */
  #deliver(): void {
    if (!this.#subscriber) return;
    for (let next = this.#kept.shift(); next !== undefined; next = this.#kept.shift()) {
      this.#subscriber.next(next);
    }
    if (this.#isComplete) this.#subscriber.complete();
  }
}
