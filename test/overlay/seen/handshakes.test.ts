/**
 * Goal: what a handshake tells of an incarnation: that it is new (confirmed), or that it goes on counting.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  all,
  COUNTS_ON_MS,
  DUPLICATE_MS,
  LATER_MS,
  MUCH_LATER_MS,
  SEEN_MS,
  SeenBench,
  upTo,
} from './tools/seen-bench.ts';

let bench: SeenBench;

beforeEach(() => {
  bench = new SeenBench();
});

describe('a handshake with a smaller msgID', () => {
  test.each([
    ['moments', DUPLICATE_MS, false],
    ['longer', LATER_MS, true],
    ['so long that it is forgotten', MUCH_LATER_MS, true],
  ])('after %s is confirmed: %d ms, %s; it is suspected in any case', (_, ms, isConfirmed) => {
    bench.hearAll([1, 2, 3]);
    bench.pass(ms);
    expect(bench.handshake(2)).toBe(isConfirmed);
    bench.pass(MUCH_LATER_MS);
    expect(bench.hear(1)).toBe('new');
  });

  test('is confirmed by the age of the highest ID, not of those that came late', () => {
    bench.hear(3);
    bench.pass(LATER_MS);
    bench.hear(2);
    expect(bench.handshake(2)).toBe(true);
  });

  test('is not confirmed in the next generation, moments after the highest ID', () => {
    bench.nowMs = SEEN_MS;
    bench.hear(1);
    bench.pass(SEEN_MS - 1);
    bench.hear(2);
    bench.pass(1);
    bench.hear(1, 'text', 'carol');
    expect(bench.handshake(1)).toBe(false);
  });

  test.each([3, 4])('is none with msgID %d where 3 was the highest', (lastMsgId) => {
    bench.hearAll([1, 2, 3]);
    bench.pass(LATER_MS);
    expect(bench.handshake(lastMsgId)).toBe(false);
  });

  test('of one that has not been heard tells nothing, and is not remembered', () => {
    expect([bench.handshake(0), bench.cache.originCount]).toEqual([false, 0]);
  });
});

describe('what an origin of a confirmed incarnation says over its own link', () => {
  test.each([
    ['later', LATER_MS],
    ['when it was forgotten', MUCH_LATER_MS],
  ])('is new with the same content %s, and its copies are duplicates', (_, ms) => {
    bench.hear(5);
    bench.pass(LATER_MS);
    bench.hearAll([1, 2, 3]);
    bench.pass(ms);
    expect(bench.handshake(0)).toBe(true);
    for (const msgId of [1, 2, 3, 4]) {
      expect([bench.hearConfirmed(msgId), bench.hear(msgId), bench.hearConfirmed(msgId)]).toEqual([
        'new',
        'duplicate',
        'duplicate',
      ]);
      bench.pass(1);
    }
  });

  test('is new even while no list has the origin, and wherever its new incarnation is first heard', () => {
    bench.hearAll(upTo(10));
    bench.pass(LATER_MS);
    bench.cache.wentAway('bob');
    expect(bench.handshake(3)).toBe(true);
    expect([bench.hear(4), bench.hearConfirmed(4), bench.hear(4)]).toEqual(['duplicate', 'new', 'duplicate']);
    expect([bench.hearConfirmed(5), bench.hear(6, 'other'), bench.hearConfirmed(6, 'other')]).toEqual([
      'new',
      'new',
      'duplicate',
    ]);
  });

  test.each([
    ['with the same content', undefined],
    ['with other content', 'young 1'],
  ])('is a duplicate when a copy was faster, %s', (_, content) => {
    bench.hearAll([1, 2, 3]);
    bench.pass(MUCH_LATER_MS);
    expect(bench.handshake(0)).toBe(true);
    expect([bench.hear(1, content), bench.hearConfirmed(1, content)]).toEqual(['new', 'duplicate']);
  });

  test.each([
    ['a list shows it added again', () => bench.suspect()],
    ['a list has it no more', () => bench.cache.wentAway('bob')],
    ['a second handshake crosses it', () => expect(bench.handshake(1)).toBe(false)],
  ])('is a duplicate when a copy was faster and, between the two, %s', (_, suspect) => {
    bench.hearAll([1, 2, 3]);
    bench.pass(LATER_MS);
    expect(bench.handshake(0)).toBe(true);
    expect([bench.hearConfirmed(1), bench.hear(2, 'young 2')]).toEqual(['new', 'new']);
    suspect();
    expect(bench.hearConfirmed(2, 'young 2')).toBe('duplicate');
  });

  test('is counted like anything else', () => {
    bench = new SeenBench({ seenMax: 10 });
    for (let incarnation = 1; incarnation <= 20; incarnation += 1) {
      expect([1, 2, 3].map((msgId) => bench.hearConfirmed(msgId))).toEqual(all('new', 3));
      expect(bench.cache.size).toBeLessThanOrEqual(10);
      bench.pass(LATER_MS);
      expect(bench.handshake(0)).toBe(true);
    }
  });
});

describe('a peer that goes on counting is in the incarnation that we know', () => {
  test('when a handshake told a smaller msgID only because it crossed a message', () => {
    bench.hearAll([1, 2, 3]);
    bench.handshake(2);
    expect(bench.hearAll([3, 2])).toEqual(all('duplicate', 2));
    expect(bench.hear(4)).toBe('new');
    bench.pass(MUCH_LATER_MS);
    expect(bench.hearAll([1, 2, 3, 4])).toEqual(all('undecided', 4));
  });

  test.each([
    [LATER_MS, 'duplicate'],
    [MUCH_LATER_MS, 'undecided'],
  ] as const)(
    'when it was paused: its next message is new, old ones that somebody replays are not (%d ms: %s)',
    (ms, expected) => {
      bench.hearAll([1, 2, 3]);
      bench.pass(ms);
      bench.cache.wentAway('bob');
      bench.isBack();
      expect(bench.hear(4)).toBe('new');
      expect(bench.hearAll([4, 3, 2, 1])).toEqual(['duplicate', ...all(expected, 3)]);
      expect([3, 2, 1].map((msgId) => bench.settle(msgId))).toEqual(all('duplicate', 3));
    },
  );

  test('but not by a late message with a lower ID', () => {
    bench.hearAll([1, 3]);
    bench.pass(MUCH_LATER_MS);
    bench.suspect();
    expect([bench.hear(2), bench.hear(1)]).toEqual(['new', 'new']);
  });
});

describe('a handshake that goes on counting', () => {
  const evidence: [string, () => void][] = [
    ['added again', () => bench.suspect()],
    [
      'away and back',
      () => {
        bench.cache.wentAway('bob');
        bench.isBack();
      },
    ],
  ];

  beforeEach(() => {
    bench.hearAll([1, 2, 3]);
    bench.pass(MUCH_LATER_MS);
  });

  test.each(evidence)('ends the suspicion that a list has caused %s', (_, show) => {
    for (const lastMsgId of [3, 4]) {
      show();
      expect(bench.handshake(lastMsgId)).toBe(false);
      expect(bench.hearAll([1, 2, 3])).toEqual(all('undecided', 3));
      expect([1, 2, 3].map((msgId) => bench.settle(msgId))).toEqual(all('duplicate', 3));
    }
  });

  test('takes back what an earlier one confirmed', () => {
    expect([bench.handshake(0), bench.handshake(3)]).toEqual([true, false]);
    expect(bench.hearConfirmed(1)).toBe('undecided');
  });

  test.each(evidence)('outweighs for a while a list that shows it %s', (_, show) => {
    for (let count = 0; count < 3; count += 1) {
      bench.handshake(3);
      for (const ms of [0, COUNTS_ON_MS]) {
        bench.pass(ms);
        show();
        expect(bench.hear(1)).toBe('undecided');
      }
    }
    bench.pass(1);
    show();
    expect(bench.hear(1)).toBe('new');
  });

  test('outweighs a list that has it back, though it was told while no list had it', () => {
    bench.cache.wentAway('bob');
    bench.handshake(3);
    expect(bench.hear(1)).toBe('undecided');
    bench.isBack();
    expect(bench.hear(1)).toBe('undecided');
  });

  test.each(evidence)('does so until one tells a smaller msgID, origin %s', (_, show) => {
    bench.handshake(3);
    expect(bench.handshake(2)).toBe(true);
    expect(bench.hear(4)).toBe('new');
    show();
    bench.pass(MUCH_LATER_MS);
    expect(bench.hear(1)).toBe('new');
  });

  test.each(evidence)('does so until a new incarnation begins, origin %s', (_, show) => {
    bench.handshake(3);
    expect(bench.hear(1, 'hello again')).toBe('new');
    show();
    bench.pass(MUCH_LATER_MS);
    expect(bench.hear(1, 'hello again')).toBe('new');
  });

  test('is none of another origin, nor of one that has not been heard', () => {
    bench.hear(1, 'hi', 'carol');
    bench.handshake(3, 'carol');
    bench.handshake(3, 'dave');
    bench.suspect();
    expect(bench.hear(1)).toBe('new');
    expect(bench.cache.originCount).toBe(2);
  });
});
