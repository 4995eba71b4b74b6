/**
 * Randomness out of one integer: the same seed gives the same numbers, on every machine and in every version
 * of Node. The generator is sfc32 (a small fast counting generator, period of at least 2^32, passes PractRand
 * and BigCrush), its state filled by splitmix32, as its author does; the seed's 53 bits all count.
 *
 * Invariant: what a fork gives depends on the seed and on the labels that led to it only, never on how much
 * has been drawn before: whoever draws more in one place moves no number anywhere else. Two forks by one
 * label are equal.
 */
import type { Random } from '../random.ts';

const TWO_TO_THE_32 = 4_294_967_296;
const TWO_TO_THE_26 = 67_108_864;
const TWO_TO_THE_53 = 9_007_199_254_740_992;

/** Numbers of sfc32 that are thrown away after seeding, so that similar seeds have nothing left in common. */
const WARM_UP = 12;

/** Step of splitmix32: 2^32 divided by the golden ratio, made odd. */
const GOLDEN = 0x9e37_79b9;

/** A seeded generator, see above. */
export class SeededRandom implements Random {
  /** What all forks are derived from: never changes. */
  readonly #root: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed any safe integer. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is an integer, not ${seed}.`);
    this.#root = seed;
    const high = Math.floor(seed / TWO_TO_THE_32);
    this.#a = splitmix32(seed | 0);
    this.#b = splitmix32((this.#a ^ high) | 0);
    this.#c = splitmix32(this.#b + GOLDEN);
    for (let thrown = 0; thrown < WARM_UP; thrown += 1) this.#next32();
  }

  /** Uniform in [0, 1), all 53 bits. */
  next(): number {
    const high = this.#next32() >>> 5;
    return (high * TWO_TO_THE_26 + (this.#next32() >>> 6)) / TWO_TO_THE_53;
  }

  /** A whole number, each of `min` to `max` (both included) equally likely. */
  integer(min: number, max: number): number {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || !(max - min < Number.MAX_SAFE_INTEGER)) {
      throw new RangeError(`${min} to ${max} are no bounds of integers.`);
    }
    if (max < min) throw new RangeError(`There is no integer from ${min} to ${max}.`);
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /**
   * True with this probability; draws one number whatever it is, so that a changed probability moves no
   * other.
   */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list, each equally likely. */
  pick<Item>(list: readonly Item[]): Item {
    if (list.length === 0) throw new RangeError('Nothing can be picked from an empty list.');
    return list[this.integer(0, list.length - 1)] as Item;
  }

  /** The list in any order, each equally likely (Fisher and Yates); the list itself stays as it is. */
  shuffled<Item>(list: readonly Item[]): Item[] {
    const mixed = [...list];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = this.integer(0, last);
      const item = mixed[last] as Item;
      mixed[last] = mixed[other] as Item;
      mixed[other] = item;
    }
    return mixed;
  }

  /** A generator of its own for one purpose, see above; draws nothing from this one. */
  fork(label: string): SeededRandom {
    const high = Math.floor(this.#root / TWO_TO_THE_32);
    const first = hash32(label, splitmix32(this.#root | 0) ^ high);
    const second = hash32(label, splitmix32(first + GOLDEN));
    return new SeededRandom((second >>> 11) * TWO_TO_THE_32 + (first >>> 0));
  }

  #next32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }
}

/** One step of splitmix32: spreads every bit over all 32. */
function splitmix32(state: number): number {
  let mixed = (state + GOLDEN) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return mixed ^ (mixed >>> 15);
}

/** FNV-1a over UTF-16 code units, begun with a basis of its own and mixed at the end. */
function hash32(text: string, basis: number): number {
  let hash = basis ^ 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  return splitmix32(hash);
}
