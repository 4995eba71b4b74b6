/**
 * Goal: IDs, origins and contents that collide under one seed do not under another, so that nobody can choose
 * numbers that cost everybody dear.
 */
import { describe, expect, test } from 'vitest';
import { Fingerprints } from '../../../src/overlay/seen/fingerprint.ts';
import { HashSet } from '../../../src/overlay/seen/hash-set.ts';
import { keyOf } from '../../../src/overlay/seen/sightings.ts';
import { passedOn } from './tools/passed-on.ts';

/** 400 short contents that have the same lowest 8 bits of the fingerprint under this seed. */
function colliding(seed: number): Buffer[] {
  const fingerprints = new Fingerprints(seed);
  const found: Buffer[] = [];
  for (let number = 0; found.length < 400; number += 1) {
    const content = Buffer.from(`content ${number}`);
    if ((fingerprints.of(content) & 0xff) === 0) found.push(content);
  }
  return found;
}

test('contents that collide under one seed are spread under another', () => {
  const contents = colliding(1);
  const other = new Fingerprints(2);
  const places = new Set(contents.map((content) => other.of(content) & 0xff));
  expect(places.size).toBeGreaterThan(150);
});

describe('a set of hashes', () => {
  test('has what was added, and nothing else, also where hashes lie at one place', () => {
    const set = new HashSet();
    for (let second = 1; second <= 1_000; second += 1) set.add(7, second);
    set.add(7, 1_000);
    expect(set.size).toBe(1_000);
    expect([set.has(7, 1), set.has(7, 1_000), set.has(7, 1_001), set.has(8, 1)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('keeps all of them while it grows', () => {
    const set = new HashSet();
    const hashes = Array.from(
      { length: 50_000 },
      (_, index) => [Math.imul(index, 0x9e3779b1), index + 1] as const,
    );
    for (const [first, second] of hashes) set.add(first, second);
    expect(hashes.every(([first, second]) => set.has(first, second))).toBe(true);
    expect(hashes.some(([first, second]) => set.has(first, -second))).toBe(false);
  });
});

test('IDs and origins are keys that the engine hashes with its own seed', () => {
  expect([keyOf(16_384), keyOf('16384')]).toEqual(['#16384', '#16384']);
});

describe('what was passed on', () => {
  const bringer = { linkId: 'link', isOfMember: false };
  const key = (msgId: number) => ({ tag: 1, msgId, fingerprint: 3, check: 5 });

  test('is known lately for its whole time, then as before, then not at all', () => {
    const memory = passedOn();
    memory.add(key(1), bringer, 0);
    memory.add(key(2), bringer, 999);
    expect([memory.find(key(1), 999), memory.find(key(2), 1_999)]).toEqual(['lately', 'lately']);
    expect(memory.find(key(2), 3_100)).toBe('before');
    expect(memory.find(key(2), 7_100)).toBe('never');
  });

  test('is lately nothing after a silence', () => {
    const memory = passedOn();
    memory.add(key(1), bringer, 0);
    expect(memory.find(key(1), 2_000)).toBe('before');
  });

  test('is told apart by origin, ID and content', () => {
    const memory = passedOn();
    memory.add(key(1), bringer, 0);
    const others = [
      { tag: 2, msgId: 1, fingerprint: 3, check: 5 },
      { tag: 1, msgId: 2, fingerprint: 3, check: 5 },
      { tag: 1, msgId: 1 + 2 ** 32, fingerprint: 3, check: 5 },
      { tag: 1, msgId: 1, fingerprint: 4, check: 5 },
      { tag: 1, msgId: 1, fingerprint: 3, check: 6 },
    ];
    expect(others.map((other) => memory.find(other, 0))).toEqual(others.map(() => 'never'));
  });

  test('is bounded, and what was passed on before gives way first', () => {
    const memory = passedOn({ passedOnMax: 400 });
    for (let at = 0; at < 20; at += 1)
      for (let msgId = 0; msgId < 50; msgId += 1) memory.add(key(100 * at + msgId), bringer, 1_000 * at);
    expect(memory.size).toBeLessThanOrEqual(400);
    expect(memory.find(key(1_949), 19_000)).toBe('lately');
  });

  test('leaves a share for each link and each member', () => {
    const memory = passedOn({ passedOnMax: 400, passedOnShareMax: 10 });
    const taken = (linkId: string, isOfMember: boolean, tag: number) => {
      let count = 0;
      for (let msgId = 0; msgId < 500; msgId += 1) {
        const message = { tag, msgId, fingerprint: count, check: count };
        if (!memory.hasPlace(message, { linkId, isOfMember }, 0)) break;
        memory.add(message, { linkId, isOfMember }, 0);
        count += 1;
      }
      return count;
    };
    // Of 200 places 150 are common: half of what is free is one link's, then half of the rest.
    expect(taken('one', false, 1)).toBe(75);
    expect(taken('two', false, 2)).toBe(38);
    expect(taken('one', true, 3)).toBe(10);
    expect(() => memory.add(key(9), { linkId: 'one', isOfMember: false }, 0)).toThrow(RangeError);
  });
});
