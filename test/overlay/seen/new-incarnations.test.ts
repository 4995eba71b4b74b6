/**
 * Goal: nothing that a restarted peer says is lost, and nothing that its last incarnation said is shown
 * again.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { all, LATER_MS, MUCH_LATER_MS, SEEN_MS, SeenBench, upTo } from './tools/seen-bench.ts';

let bench: SeenBench;

beforeEach(() => {
  bench = new SeenBench();
});

describe('a new incarnation', () => {
  test.each([
    ['at once', 0],
    ['later', LATER_MS],
    ['in the next generation', SEEN_MS],
  ])('begins with other content under a known ID %s, and its next IDs are new, too', (_, ms) => {
    bench.hearAll([1, 2, 3]);
    bench.pass(ms);
    expect(bench.hear(1, 'hello again')).toBe('new');
    expect(bench.hear(2, 'other')).toBe('new');
    bench.pass(LATER_MS);
    expect(bench.hear(3, 'another')).toBe('new');
    expect([bench.hear(3, 'another'), bench.hear(1, 'hello again')]).toEqual(all('duplicate', 2));
    bench.pass(MUCH_LATER_MS);
    expect([bench.hear(3, 'another'), bench.hear(1, 'hello again')]).toEqual(all('undecided', 2));
  });

  test('begins with other content under one of the first IDs even after hours', () => {
    bench.hearAll(upTo(40));
    bench.pass(1_000 * SEEN_MS);
    expect(bench.hearAll(upTo(40), (msgId) => `incarnation 2: ${msgId}`)).toEqual(all('new', 40));
    bench.pass(1_000 * SEEN_MS);
    expect(bench.hearAll(upTo(40), (msgId) => `incarnation 2: ${msgId}`)).toEqual(all('undecided', 40));
    expect(bench.hearAll(upTo(40), (msgId) => `incarnation 3: ${msgId}`)).toEqual(all('new', 40));
  });

  test('begins with a known ID after a handshake has told a smaller msgID', () => {
    bench.hearAll([1, 2, 3]);
    bench.pass(MUCH_LATER_MS);
    bench.handshake(0);
    expect(bench.hearAll([1, 2, 3, 4])).toEqual(all('new', 4));
  });

  test.each([3, 4])('is not told by a handshake with msgID %d when 3 was the last one seen', (lastMsgId) => {
    bench.hearAll([1, 2, 3]);
    bench.pass(MUCH_LATER_MS);
    bench.handshake(lastMsgId);
    expect(bench.hear(1)).toBe('undecided');
  });

  test.each([
    ['added again', () => bench.suspect()],
    [
      'away',
      () => {
        bench.cache.wentAway('bob');
        bench.isBack();
      },
    ],
    ['heard to tell a smaller msgID', () => bench.handshake(0)],
  ])('of a peer that was %s and counts from 1 again is shown, the same texts included', (_, suspect) => {
    bench.hearAll([1, 2, 3]);
    bench.pass(MUCH_LATER_MS);
    suspect();
    expect(bench.hearAll([1, 2, 3])).toEqual(all('new', 3));
    expect(bench.hearAll([1, 2, 3])).toEqual(all('duplicate', 3));
    bench.pass(MUCH_LATER_MS);
    expect(bench.hearAll([1, 2, 3])).toEqual(all('undecided', 3));
  });

  test('is shown when the list makes it suspected only after its message had become undecided', () => {
    bench.hearAll([1, 2]);
    bench.pass(MUCH_LATER_MS);
    expect(bench.hearAll([1, 2])).toEqual(all('undecided', 2));
    bench.suspect();
    expect([bench.settle(1), bench.settle(2), bench.hear(3)]).toEqual(all('new', 3));
  });

  test('may begin again and again', () => {
    for (let incarnation = 1; incarnation <= 20; incarnation += 1) {
      bench.suspect();
      expect(bench.hearAll([1, 2, 3], () => 'hello')).toEqual(all('new', 3));
      bench.pass(MUCH_LATER_MS);
    }
  });

  test("takes no message of its own for one of the old incarnation's, though a cycle brought that once more", () => {
    bench.hearAll(upTo(20));
    expect(bench.hear(1, 'hello again')).toBe('new');
    expect(bench.hear(20)).toBe('duplicate');
    bench.pass(MUCH_LATER_MS);
    expect(bench.hearAll(upTo(20).slice(1))).toEqual(all('new', 19));
  });

  test('of one origin is none of another', () => {
    bench.hear(1, 'hi', 'bob');
    bench.hear(1, 'hi', 'carol');
    bench.pass(MUCH_LATER_MS);
    bench.suspect();
    bench.handshake(0, 'dave');
    bench.suspect('dave');
    bench.cache.wentAway('dave');
    bench.isBack('dave');
    expect([bench.hear(1, 'hi', 'carol'), bench.hear(1, 'hi', 'bob')]).toEqual(['undecided', 'new']);
    expect(bench.cache.originCount).toBe(2);
  });
});

describe('the same again, of an origin in whose place somebody else may speak,', () => {
  const sequence = upTo(40);
  const suspicions: [string, () => void][] = [
    ['added again', () => bench.suspect()],
    [
      'away and back',
      () => {
        bench.cache.wentAway('bob');
        bench.isBack();
      },
    ],
    ['heard to tell a smaller msgID', () => bench.handshake(0)],
  ];

  test.each(suspicions)('is a duplicate while it is remembered, the origin %s', (_, suspect) => {
    bench.hearAll(sequence);
    bench.pass(SEEN_MS);
    suspect();
    expect(bench.hearAll(sequence)).toEqual(all('duplicate', 40));
    expect(bench.hearAll([...sequence].reverse())).toEqual(all('duplicate', 40));
    expect(bench.hear(41)).toBe('new');
  });

  test('is a duplicate also behind the first words of a new incarnation', () => {
    bench.hearAll(sequence);
    bench.pass(LATER_MS);
    bench.suspect();
    expect(bench.hearAll([1, 2], (msgId) => `young ${msgId}`)).toEqual(all('new', 2));
    expect(bench.hearAll([3, 4, 5, 1, 2])).toEqual(all('duplicate', 5));
    expect(bench.hearAll([3, 4], (msgId) => `young ${msgId}`)).toEqual(all('new', 2));
  });

  test.each([MUCH_LATER_MS, 1_000 * SEEN_MS])(
    'is in doubt while it is away, and then a duplicate (%d ms)',
    (ms) => {
      bench.hearAll([0, ...sequence]);
      bench.pass(ms);
      bench.cache.wentAway('bob');
      expect(bench.hearAll([0, ...sequence])).toEqual(all('undecided', 41));
      expect([0, ...sequence].map((msgId) => bench.settle(msgId))).toEqual(all('duplicate', 41));
    },
  );

  test('is new when the fresh list has it back', () => {
    bench.hearAll([1, 2, 3]);
    bench.pass(MUCH_LATER_MS);
    bench.cache.wentAway('bob');
    expect(bench.hearAll([1, 2, 3])).toEqual(all('undecided', 3));
    bench.isBack();
    expect([1, 2, 3].map((msgId) => bench.settle(msgId))).toEqual(all('new', 3));
  });

  test.each(suspicions)(
    'is new in order from the first to the last when it is forgotten, origin %s',
    (_, suspect) => {
      for (const first of [0, 1]) {
        bench = new SeenBench();
        const incarnation = sequence.map((msgId) => msgId - 1 + first);
        bench.hearAll(incarnation);
        bench.pass(MUCH_LATER_MS);
        suspect();
        expect(bench.hearAll(incarnation)).toEqual(all('new', 40));
        expect(bench.hearAll(incarnation)).toEqual(all('duplicate', 40));
      }
    },
  );
});

describe('a peer that comes back to the list', () => {
  test('may be in a new incarnation even where its last message came after it had gone', () => {
    bench.hearAll([1, 2]);
    bench.cache.wentAway('bob');
    expect(bench.hear(3)).toBe('new');
    bench.pass(MUCH_LATER_MS);
    bench.isBack();
    expect(bench.hearAll([1, 2, 3])).toEqual(all('new', 3));
  });

  test('is no cause for suspicion when it was not away', () => {
    bench.hearAll([1, 2]);
    bench.pass(MUCH_LATER_MS);
    bench.isBack();
    expect(bench.hear(1)).toBe('undecided');
  });

  test('is a cause once', () => {
    bench.hear(1);
    bench.cache.wentAway('bob');
    bench.isBack();
    bench.hear(2);
    bench.pass(MUCH_LATER_MS);
    bench.isBack();
    expect(bench.hear(1)).toBe('undecided');
  });
});
