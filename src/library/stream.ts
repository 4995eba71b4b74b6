/**
 * What a peer tells a program, as a stream that can be read in both ways: subscribed to (RxJS), or iterated
 * with `for await`. It never fails; it ends with the peer.
 */
import { Observable } from 'rxjs';

/** Who looks after what waits for the readers of a stream. */
export interface Readers<Value> {
  /** What one value weighs while it waits. */
  weight(value: Value): number;
  /** Whether a value that would make it so much for one reader is kept for it; where not, it is left out. */
  isKept(value: Value, waiting: number): boolean;
  /** So much more waits for a reader, or so much less. */
  changed(by: number): void;
}

/** See above. */
export class Stream<Value> extends Observable<Value> implements AsyncIterable<Value> {
  readonly #readers: Readers<Value> | undefined;

  /** @param readers looks after what waits for loops; nobody unless given, and then nothing bounds it. */
  constructor(source: Observable<Value>, readers?: Readers<Value>) {
    super((subscriber) => source.subscribe(subscriber));
    this.#readers = readers;
  }

  /**
   * Reads from now on, one value at a time: what comes while the loop does something else waits for it, in
   * order. Leaving the loop ends the reading.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Value> {
    return new Reading(this, this.#readers);
  }
}

/** One loop over a stream. */
class Reading<Value> implements AsyncIterableIterator<Value> {
  readonly #readers: Readers<Value> | undefined;
  readonly #following;
  readonly #asked: ((result: IteratorResult<Value>) => void)[] = [];
  /** From `#next` on. */
  #waiting: Value[] = [];
  #next = 0;
  #weight = 0;
  #isOver = false;

  constructor(source: Observable<Value>, readers: Readers<Value> | undefined) {
    this.#readers = readers;
    this.#following = source.subscribe({
      next: (value) => this.#take(value),
      complete: () => this.#end(),
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Value>> {
    if (this.#next < this.#waiting.length) {
      const value = this.#waiting[this.#next] as Value;
      this.#next += 1;
      if (this.#next === this.#waiting.length) this.#forget();
      this.#weigh(-(this.#readers?.weight(value) ?? 0));
      return Promise.resolve({ done: false, value });
    }
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#asked.push(resolve);
    });
  }

  return(): Promise<IteratorResult<Value>> {
    this.#following.unsubscribe();
    this.#forget();
    this.#weigh(-this.#weight);
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(value: Value): void {
    const asking = this.#asked.shift();
    if (asking) {
      asking({ done: false, value });
      return;
    }
    const weight = this.#readers?.weight(value) ?? 0;
    if (this.#readers && !this.#readers.isKept(value, this.#weight + weight)) return;
    this.#waiting.push(value);
    this.#weigh(weight);
  }

  #weigh(by: number): void {
    if (by === 0) return;
    this.#weight += by;
    this.#readers?.changed(by);
  }

  #end(): void {
    this.#isOver = true;
    for (const resolve of this.#asked.splice(0)) resolve({ done: true, value: undefined });
  }

  #forget(): void {
    this.#waiting = [];
    this.#next = 0;
  }
}
