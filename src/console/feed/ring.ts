/** The newest of many, counted: what is kept of the past so that a page that opens later can show it. */

/** Anything that has its place in the count. */
export interface Counted {
  /** Counts from 1, without gaps. */
  readonly serial: number;
}

/** Keeps the newest `max` items; an older one gives way to each new one. */
export class Ring<Item extends Counted> {
  readonly #max: number;
  readonly #items: Item[] = [];
  #last = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Serial of the newest; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Serial of the next. */
  get next(): number {
    return this.#last + 1;
  }

  /** Keeps an item whose serial is `next`. */
  add(item: Item): void {
    if (item.serial !== this.next) throw new TypeError(`${item.serial} does not follow ${this.#last}`);
    this.#items[this.#last % this.#max] = item;
    this.#last = item.serial;
  }

  /** The first `count` of those behind `serial` that are still kept, in order. */
  after(serial: number, count: number): Item[] {
    const first = Math.max(serial, this.#last - this.#max);
    const end = Math.min(this.#last, first + count);
    const items: Item[] = [];
    for (let place = first; place < end; place += 1) items.push(this.#items[place % this.#max] as Item);
    return items;
  }
}
