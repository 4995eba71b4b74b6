/**
 * The newest of many of each peer, counted over all of them: one peer that much happens to takes no place
 * from the others, whose past stays.
 *
 * Invariants: at most `max` items of a peer; serials rise by one from each item to the next, whichever peer
 * it is of; the newest of all is always kept.
 */
/** Anything that has its place in the count. */
export interface Counted {
  /** Counts from 1, without gaps. */
  readonly serial: number;
}

/** Something that is counted, and of a peer. */
export interface OfPeer extends Counted {
  readonly peer: string;
}

/** The items of one peer; the oldest stands at `count % max` once there are more than `max`. */
interface Shelf<Item> {
  readonly items: Item[];
  count: number;
}

/** See above. */
export class PeerRings<Item extends OfPeer> {
  readonly #max: number;
  readonly #shelves = new Map<string, Shelf<Item>>();
  #last = 0;

  /** @param max items that are kept of each peer, at least 1. */
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
    let shelf = this.#shelves.get(item.peer);
    if (shelf === undefined) {
      shelf = { items: [], count: 0 };
      this.#shelves.set(item.peer, shelf);
    }
    shelf.items[shelf.count % this.#max] = item;
    shelf.count += 1;
    this.#last = item.serial;
  }

  /** The first `count` of those behind `serial` that are still kept, in order. */
  after(serial: number, count: number): Item[] {
    if (serial >= this.#last) return [];
    return [...this.#shelves.values()]
      .flatMap((shelf) => this.#afterIn(shelf, serial, count))
      .sort((one, other) => one.serial - other.serial)
      .slice(0, count);
  }

  #afterIn({ items, count: added }: Shelf<Item>, serial: number, count: number): Item[] {
    const at = (place: number): Item => items[place % this.#max] as Item;
    let low = Math.max(0, added - this.#max);
    let high = added;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(middle).serial <= serial) low = middle + 1;
      else high = middle;
    }
    return Array.from({ length: Math.min(count, added - low) }, (_, place) => at(low + place));
  }
}
