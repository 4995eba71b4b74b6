/**
 * Timers in the order they are due: a binary heap by (due time, sequence number) in which each timer knows
 * its place, so that one can be taken out in O(log n). A cleared timer is gone at once: most timers of a
 * network are time-outs that never fire, and would otherwise pile up until their time came.
 */

/** A timer that is set; only the heap moves it. */
class HeapTimer {
  readonly dueMs: number;
  readonly sequence: number;
  readonly callback: () => void;
  /** Its place in the heap, -1 once it is out. */
  place = -1;

  constructor(dueMs: number, sequence: number, callback: () => void) {
    this.dueMs = dueMs;
    this.sequence = sequence;
    this.callback = callback;
  }

  isBefore(other: HeapTimer): boolean {
    return this.dueMs < other.dueMs || (this.dueMs === other.dueMs && this.sequence < other.sequence);
  }
}

/** The heap, see above. */
export class TimerHeap {
  readonly #timers: HeapTimer[] = [];
  #sequence = 0;

  get size(): number {
    return this.#timers.length;
  }

  /** The timer that is due first. */
  get first(): HeapTimer | undefined {
    return this.#timers[0];
  }

  add(dueMs: number, callback: () => void): HeapTimer {
    const timer = new HeapTimer(dueMs, this.#sequence, callback);
    this.#sequence += 1;
    this.#rise(timer, this.#timers.length);
    return timer;
  }

  /** Takes out the timer that is due first. */
  takeFirst(): HeapTimer | undefined {
    const first = this.#timers[0];
    if (first) this.remove(first);
    return first;
  }

  /** Takes out a timer; anything that is not (or no longer) in this heap is ignored. */
  remove(timer: unknown): void {
    if (!(timer instanceof HeapTimer) || this.#timers[timer.place] !== timer) return;
    const place = timer.place;
    timer.place = -1;
    const last = this.#timers.pop();
    if (!last || last === timer) return;
    this.#rise(last, place);
    this.#sink(last, last.place);
  }

  /** Puts a timer in at a place, then up past every parent that is due later. */
  #rise(timer: HeapTimer, from: number): void {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#timers[parentPlace];
      if (!parent || parent.isBefore(timer)) break;
      this.#put(parent, place);
      place = parentPlace;
    }
    this.#put(timer, place);
  }

  /** Moves a timer down past every child that is due earlier. */
  #sink(timer: HeapTimer, from: number): void {
    let place = from;
    for (;;) {
      const left = this.#timers[2 * place + 1];
      const right = this.#timers[2 * place + 2];
      const child = left && right?.isBefore(left) ? right : left;
      if (!child?.isBefore(timer)) break;
      const childPlace = child.place;
      this.#put(child, place);
      place = childPlace;
    }
    this.#put(timer, place);
  }

  #put(timer: HeapTimer, place: number): void {
    this.#timers[place] = timer;
    timer.place = place;
  }
}
