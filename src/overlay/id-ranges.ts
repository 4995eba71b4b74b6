/**
 * A set of message IDs as ascending ranges. Message IDs count by one, so what has been seen of one origin is
 * one range or a few, however long the chat: exact, and a few bytes.
 *
 * Invariants: ranges are ascending, disjoint and not adjacent; at most `maxRanges` of them. Where more would
 * be needed, the gap between the two lowest is given up: the IDs in it count as contained.
 */

interface Range {
  first: number;
  last: number;
}

/** A bounded set of non-negative integers that mostly come in order. */
export class IdRanges {
  readonly #maxRanges: number;
  readonly #ranges: Range[] = [];

  constructor(maxRanges: number) {
    this.#maxRanges = maxRanges;
  }

  /** The highest ID; -1 while there is none. */
  get max(): number {
    return this.#ranges.at(-1)?.last ?? -1;
  }

  has(id: number): boolean {
    const at = this.#firstEndingAtOrBehind(id);
    const range = this.#ranges[at];
    return range !== undefined && range.first <= id;
  }

  add(id: number): void {
    const newest = this.#ranges.at(-1);
    if (newest && id === newest.last + 1) {
      newest.last = id;
      return;
    }
    if (this.has(id)) return;
    this.#insert(id);
    if (this.#ranges.length > this.#maxRanges) this.#mergeLowest();
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
    const touchesBefore = before !== undefined && before.last === id - 1;
    const touchesBehind = behind !== undefined && behind.first === id + 1;
    if (touchesBefore && touchesBehind) {
      before.last = behind.last;
      this.#ranges.splice(at, 1);
    } else if (touchesBefore) {
      before.last = id;
    } else if (touchesBehind) {
      behind.first = id;
    } else {
      this.#ranges.splice(at, 0, { first: id, last: id });
    }
  }

  #mergeLowest(): void {
    const [lowest, next] = this.#ranges;
    if (!lowest || !next) return;
    next.first = lowest.first;
    this.#ranges.shift();
  }
}
