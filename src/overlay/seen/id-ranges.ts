/**
 * A set of message IDs as ascending ranges. Message IDs count by one, so what has been seen of one origin is
 * one range or a few, however long the chat: a few bytes.
 *
 * Anybody may forge a message with any ID. So an ID far from those of its origin must not move the place
 * where the origin counts (`last`), and what the bound on ranges gives up must not make an ID known that was
 * never seen: its message would be dropped.
 *
 * Invariants: ranges are ascending, disjoint and not adjacent; at most `maxRanges` of them. Where more would
 * be needed, the smallest is forgotten, of equal ones the one that grew longest ago. An ID that is contained
 * has been added.
 */

interface Range {
  first: number;
  last: number;
  /** Of the addition that made it grow last. */
  turn: number;
}

/** IDs that may be missing between two that one origin has counted through: far over any break. */
const FAR_IDS = 65_536;

/** A bounded set of non-negative integers that mostly come in order. */
export class IdRanges {
  readonly #maxRanges: number;
  readonly #ranges: Range[] = [];
  /** The range that `last` is in; -1 for none. */
  #mainAt = -1;
  /** What the origin itself has told; -1 for nothing. */
  #told = -1;
  /** Additions that more than the end of the main range had part in. */
  #turn = 0;

  constructor(maxRanges: number) {
    this.#maxRanges = maxRanges;
  }

  /**
   * The highest ID that the origin has come to, as far as can be told; -1 for none. From what the origin
   * itself has told, or else from the largest range, it is the end of the last range that is not far from the
   * one before it.
   */
  get last(): number {
    return this.#ranges[this.#mainAt]?.last ?? -1;
  }

  has(id: number): boolean {
    const at = this.#firstEndingAtOrBehind(id);
    const range = this.#ranges[at];
    return range !== undefined && range.first <= id;
  }

  /** How many IDs up to this one have been added without a gap; 0 where the next one has been, too. */
  runUpTo(id: number): number {
    const range = this.#ranges[this.#firstEndingAtOrBehind(id)];
    return range?.last === id ? sizeOf(range) : 0;
  }

  /** The origin itself has told that this is the last ID that it has used. */
  told(id: number): void {
    this.#told = id;
    this.#findMain();
  }

  add(id: number): void {
    const main = this.#ranges[this.#mainAt];
    if (main && id === main.last + 1) {
      main.last = id;
      const next = this.#ranges[this.#mainAt + 1];
      if (!next || next.first - id > FAR_IDS) return;
      if (next.first === id + 1) this.#join(this.#mainAt);
    } else if (this.has(id)) {
      return;
    } else {
      this.#insert(id);
      if (this.#ranges.length > this.#maxRanges) this.#forgetSmallest();
    }
    this.#findMain();
  }

  /**
   * Position of the first range whose last ID is not below `id`; nearly always the last one, so from behind.
   */
  #firstEndingAtOrBehind(id: number): number {
    let at = this.#ranges.length;
    while (at > 0 && (this.#ranges[at - 1] as Range).last >= id) at -= 1;
    return at;
  }

  #insert(id: number): void {
    const at = this.#firstEndingAtOrBehind(id);
    const before = this.#ranges[at - 1];
    const behind = this.#ranges[at];
    this.#turn += 1;
    if (before !== undefined && before.last === id - 1) {
      Object.assign(before, { last: id, turn: this.#turn });
      if (behind?.first === id + 1) this.#join(at - 1);
    } else if (behind !== undefined && behind.first === id + 1) {
      Object.assign(behind, { first: id, turn: this.#turn });
    } else {
      this.#ranges.splice(at, 0, { first: id, last: id, turn: this.#turn });
    }
  }

  /** Makes one of two ranges that have become adjacent. */
  #join(at: number): void {
    const [range, next] = [this.#ranges[at] as Range, this.#ranges[at + 1] as Range];
    range.last = next.last;
    this.#ranges.splice(at + 1, 1);
  }

  #forgetSmallest(): void {
    const ranges = this.#ranges;
    let smallest = ranges[0] as Range;
    for (const range of ranges) {
      const difference = sizeOf(range) - sizeOf(smallest);
      if (difference < 0 || (difference === 0 && range.turn < smallest.turn)) smallest = range;
    }
    ranges.splice(ranges.indexOf(smallest), 1);
  }

  #findMain(): void {
    const ranges = this.#ranges;
    let at = this.#told < 0 ? this.#largest() : this.#nearTold();
    for (let next = ranges[at + 1]; at >= 0 && next; next = ranges[at + 1]) {
      if (next.first - (ranges[at] as Range).last > FAR_IDS) break;
      at += 1;
    }
    this.#mainAt = at;
  }

  #largest(): number {
    let largest = this.#ranges.length - 1;
    for (let at = largest; at >= 0; at -= 1)
      if (sizeOf(this.#ranges[at] as Range) >= sizeOf(this.#ranges[largest] as Range)) largest = at;
    return largest;
  }

  /** The range that has the ID that was told, or comes before it, or else after it and not far from it. */
  #nearTold(): number {
    const at = this.#firstEndingAtOrBehind(this.#told);
    const behind = this.#ranges[at];
    if (behind && behind.first <= this.#told) return at;
    if (at > 0) return at - 1;
    return behind && behind.first - this.#told <= FAR_IDS ? at : -1;
  }
}

function sizeOf({ first, last }: Range): number {
  return last - first + 1;
}
