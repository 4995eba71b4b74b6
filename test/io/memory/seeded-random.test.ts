import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/io/memory/seeded-random.ts';

const seeds = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

function draw(random: SeededRandom, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}

const FIRST_OF_SEED_1 = [0.6501723249143121, 0.08733847483692414, 0.7591336450761063];
const FIRST_OF_FORK = [0.5278455337968463, 0.3790012856068362];

describe('SeededRandom', () => {
  it('gives the same numbers in every version: past seeds must keep their worlds', () => {
    expect(draw(new SeededRandom(1), 3)).toEqual(FIRST_OF_SEED_1);
    expect(draw(new SeededRandom(1).fork('network'), 2)).toEqual(FIRST_OF_FORK);
  });

  it('gives the same numbers for the same seed, others for another one', () => {
    fc.assert(
      fc.property(seeds, seeds, (one, other) => {
        fc.pre(one !== other);
        expect(draw(new SeededRandom(one), 4)).toEqual(draw(new SeededRandom(one), 4));
        expect(draw(new SeededRandom(one), 4)).not.toEqual(draw(new SeededRandom(other), 4));
      }),
    );
  });

  it('has nothing in common between neighbouring seeds: first numbers are spread evenly', () => {
    const buckets = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 10_000; seed += 1) {
      const bucket = Math.floor(new SeededRandom(seed).next() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('is uniform from 0 up to, not including, 1', () => {
    const numbers = draw(new SeededRandom(7), 20_000);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.some((number) => number < 0.001) && numbers.some((number) => number > 0.999)).toBe(true);
  });

  it('draws integers with both bounds, each as often as the others', () => {
    const random = new SeededRandom(3);
    const counts = new Map<number, number>();
    for (let at = 0; at < 6_000; at += 1) {
      const drawn = random.integer(-2, 3);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((left, right) => left - right)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    expect(random.integer(5, 5)).toBe(5);
  });

  it('refuses what it can not draw', () => {
    const random = new SeededRandom(1);
    expect(() => new SeededRandom(0.5)).toThrow(RangeError);
    expect(() => random.integer(2, 1)).toThrow(RangeError);
    expect(() => random.integer(0.5, 1)).toThrow(RangeError);
    expect(() => random.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('is right as often as the chance says, never for 0, always for 1', () => {
    const random = new SeededRandom(4);
    const right = (probability: number) =>
      Array.from({ length: 4_000 }, () => random.chance(probability)).filter(Boolean).length;
    expect([right(0), right(1)]).toEqual([0, 4_000]);
    expect(Math.abs(right(0.25) - 1_000)).toBeLessThan(150);
  });

  it('picks and shuffles evenly, and leaves the list as it is', () => {
    const random = new SeededRandom(5);
    const list = ['a', 'b', 'c'];
    const orders = new Map<string, number>();
    const picked = new Map<string, number>();
    for (let at = 0; at < 6_000; at += 1) {
      const order = random.shuffled(list).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
      const one = random.pick(list);
      picked.set(one, (picked.get(one) ?? 0) + 1);
    }
    expect(list).toEqual(['a', 'b', 'c']);
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    expect([...picked.keys()].sort()).toEqual(list);
    for (const count of picked.values()) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it('forks by label and seed alone: what was drawn before moves nothing', () => {
    fc.assert(
      fc.property(seeds, fc.nat(20), fc.string(), (seed, drawn, label) => {
        const random = new SeededRandom(seed);
        const untouched = draw(random.fork(label).fork('inner'), 4);
        draw(random, drawn);
        const following = draw(new SeededRandom(seed), drawn + 1).at(-1);
        expect(draw(random.fork(label).fork('inner'), 4)).toEqual(untouched);
        expect(random.next()).toBe(following);
      }),
    );
  });

  it('forks differently by another label, another order of labels, another seed', () => {
    const random = new SeededRandom(9);
    const forks = [
      random,
      random.fork(''),
      random.fork('a'),
      random.fork('b'),
      random.fork('a').fork('b'),
      random.fork('b').fork('a'),
      random.fork('ab'),
      new SeededRandom(10).fork('a'),
      new SeededRandom(9 + 2 ** 32).fork('a'),
    ];
    expect(new Set(forks.map((fork) => draw(fork, 2).join(' '))).size).toBe(forks.length);
  });
});
