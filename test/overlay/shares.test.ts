/** Goal: no source takes everything; who gives way is of the source that has most. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { givesWay, hasShare, type PendingHandshake } from '../../src/overlay/shares.ts';

describe('a share', () => {
  function taken(max: number, sources: readonly number[]): number[] {
    const own: number[] = [];
    for (const source of sources) {
      const all = own.reduce((sum, count) => sum + (count ?? 0), 0);
      const mine = own[source] ?? 0;
      if (hasShare(mine, all, max)) own[source] = mine + 1;
    }
    return own;
  }

  test('is half for one source alone, half of the rest for the next', () => {
    expect(taken(256, Array(1_000).fill(0))).toEqual([128]);
    expect(taken(256, [...Array(1_000).fill(0), ...Array(1_000).fill(1)])).toEqual([128, 64]);
  });

  test('leaves a place for whoever comes, as long as fewer sources have taken theirs than fit', () => {
    const sources = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 500 });
    fc.assert(
      fc.property(sources, fc.integer({ min: 64, max: 300 }), (tries, max) => {
        const own = taken(max, tries);
        const all = own.reduce((sum, count) => sum + (count ?? 0), 0);
        expect(all).toBeLessThan(max);
        expect(hasShare(0, all, max)).toBe(true);
      }),
    );
  });
});

describe('who gives way', () => {
  let serial = 0;
  function pending(host: string, user: string | null = null): PendingHandshake {
    serial += 1;
    return { id: `${host}/${user ?? 'silent'}/${serial}`, host, user };
  }

  test('is the oldest of the address that has most', () => {
    const flood = Array.from({ length: 5 }, () => pending('10.0.0.9'));
    const others = [pending('10.0.0.1'), pending('10.0.0.2')];
    expect(givesWay([...others, ...flood], '10.0.0.3')).toBe(flood[0]?.id);
    expect(givesWay([...flood, ...others], '10.0.0.9')).toBe(flood[0]?.id);
  });

  test('is of the newcomer itself where that makes its address the one with most', () => {
    const [first, second] = [pending('10.0.0.1'), pending('10.0.0.2')];
    expect(givesWay([first, second], '10.0.0.2')).toBe(second.id);
    expect(givesWay([first, second], '10.0.0.3')).toBe(first.id);
  });

  test('is at one address, as on one computer, of those that have said nothing, or of the name with most', () => {
    const [alice, bob] = [pending('127.0.0.1', 'alice'), pending('127.0.0.1', 'bob')];
    const silent = [pending('127.0.0.1'), pending('127.0.0.1')];
    expect(givesWay([alice, ...silent, bob], '127.0.0.1')).toBe(silent[0]?.id);
    const mallory = Array.from({ length: 3 }, () => pending('127.0.0.1', 'mallory'));
    expect(givesWay([alice, bob, ...mallory], '127.0.0.1')).toBe(mallory[0]?.id);
  });

  test('nobody where nobody waits', () => {
    expect(givesWay([], '10.0.0.1')).toBeUndefined();
  });

  test('is never one whose address has fewer than another, whoever comes', () => {
    const connection = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(null, 'alice', 'bob'));
    fc.assert(
      fc.property(
        fc.array(connection, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 4 }),
        (all, from) => {
          const list = all.map(([host, user]) => pending(`10.0.0.${host}`, user));
          const newHost = `10.0.0.${from}`;
          const weight = (host: string) =>
            list.filter((one) => one.host === host).length + (host === newHost ? 1 : 0);
          const leaves = list.find(({ id }) => id === givesWay(list, newHost));
          expect(leaves).toBeDefined();
          const most = Math.max(...list.map(({ host }) => weight(host)));
          expect(weight(leaves?.host ?? '')).toBe(most);
        },
      ),
    );
  });
});
