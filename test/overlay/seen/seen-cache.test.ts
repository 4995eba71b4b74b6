/** Goal: no message is shown twice, none of a restarted peer is lost, and memory stays bounded. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Fingerprints } from '../../../src/overlay/seen/fingerprint.ts';
import {
  type Circumstances,
  SeenCache,
  type SeenCacheOptions,
  type SeenVerdict,
} from '../../../src/overlay/seen/seen-cache.ts';

const SEED = 7;
const SEEN_MS = 1_000;
const DUPLICATE_MS = 100;
const COUNTS_ON_MS = 300;
/** Too late for a duplicate, early enough for the content to be remembered. */
const LATER_MS = DUPLICATE_MS + 1;
/** By then every content has been forgotten but those at the beginning of an incarnation. */
const MUCH_LATER_MS = 3 * SEEN_MS;
/** Message IDs from here on are not at the beginning of an incarnation that began at 1. */
const BEYOND_FIRST = 17;

const OPTIONS: SeenCacheOptions = {
  seenMs: SEEN_MS,
  seenMax: 1_000,
  duplicateMs: DUPLICATE_MS,
  countsOnMs: COUNTS_ON_MS,
  originsMax: 100,
  idRangesMax: 16,
  contentsPerIdMax: 8,
  firstMessagesMax: 16,
  lastingContentsMax: 1_000,
};

/** A cache with its clock; a message's content is text. */
class Bench {
  readonly cache: SeenCache;
  nowMs = 0;

  constructor(options: Partial<SeenCacheOptions> = {}) {
    this.cache = new SeenCache({ ...OPTIONS, ...options }, SEED);
  }

  hear(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin);
  }

  settle(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin, { isSettled: true });
  }

  /** Hears it from its origin itself, over a link whose handshake has told a new incarnation. */
  hearConfirmed(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin, { isOfNewIncarnation: true });
  }

  /** Hears it over a link over which messages may be said again. */
  hearAgain(msgId: number, content = `text ${msgId}`, origin = 'bob'): SeenVerdict {
    return this.#judge(msgId, content, origin, { isSaidAgain: true });
  }

  /** The origin's handshake tells its last msgID. */
  handshake(lastMsgId: number, origin = 'bob'): boolean {
    return this.cache.handshake(origin, lastMsgId, this.nowMs);
  }

  /** A list shows that the origin was added again. */
  suspect(origin = 'bob'): void {
    this.cache.suspect(origin, this.nowMs);
  }

  /** A list has the origin. */
  isBack(origin = 'bob'): void {
    this.cache.isBack(origin, this.nowMs);
  }

  /** Hears these one after the other. */
  hearAll(msgIds: readonly number[], content?: (msgId: number) => string): SeenVerdict[] {
    return msgIds.map((msgId) => this.hear(msgId, content?.(msgId)));
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  #judge(msgId: number, content: string, origin: string, known?: Circumstances): SeenVerdict {
    return this.cache.judge(
      origin,
      msgId,
      new Fingerprints(SEED).of(Buffer.from(content)),
      this.nowMs,
      known,
    );
  }
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

function all(verdict: SeenVerdict, count: number): SeenVerdict[] {
  return Array.from({ length: count }, () => verdict);
}

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

describe('a message', () => {
  test('is new once, by origin and ID together', () => {
    expect([bench.hear(1), bench.hear(1)]).toEqual(['new', 'duplicate']);
    expect([bench.hear(2, 'text 1'), bench.hear(1, 'text 1', 'carol')]).toEqual(['new', 'new']);
    expect([bench.cache.size, bench.cache.originCount]).toEqual([3, 2]);
  });

  test('that comes late, with a lower ID that was never seen, is new', () => {
    bench.hearAll([7, 9]);
    bench.pass(MUCH_LATER_MS);
    expect([bench.hear(8), bench.hear(3), bench.hear(0)]).toEqual(['new', 'new', 'new']);
  });

  test('may have any ID: 0, skipped numbers, the largest that a frame can carry', () => {
    const msgIds = [7, 0, 3, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1];
    expect(bench.hearAll(msgIds)).toEqual(all('new', 5));
    expect(bench.hearAll(msgIds)).toEqual(all('duplicate', 5));
  });

  test.each([0, 1, DUPLICATE_MS - 1, DUPLICATE_MS])(
    'is a duplicate when it comes again %d ms later',
    (ms) => {
      bench.nowMs = Date.UTC(2025, 0, 1);
      bench.hear(1);
      bench.pass(ms);
      expect(bench.hear(1)).toBe('duplicate');
    },
  );

  test.each([
    ['the list has shown that its origin was added again', () => bench.suspect()],
    [
      'the list has shown that its origin was away',
      () => {
        bench.cache.wentAway('bob');
        bench.isBack();
      },
    ],
    ['its origin has told a smaller msgID', () => bench.handshake(0)],
  ])('is a duplicate while its content is remembered even where %s', (_, suspect) => {
    bench.hearAll([1, 2]);
    suspect();
    for (const ms of [DUPLICATE_MS, 1, SEEN_MS - LATER_MS]) {
      bench.pass(ms);
      expect(bench.hearAll([1, 2])).toEqual(all('duplicate', 2));
    }
    bench.pass(MUCH_LATER_MS);
    expect(bench.hear(1)).toBe('new');
  });

  test.each([MUCH_LATER_MS, 1_000 * SEEN_MS])(
    'with the same content %d ms later is undecided, and a duplicate when the fresh list has shown nothing',
    (ms) => {
      bench.hearAll(upTo(40));
      bench.pass(ms);
      for (const msgId of [1, BEYOND_FIRST, 40]) {
        expect([bench.hear(msgId), bench.settle(msgId)]).toEqual(['undecided', 'duplicate']);
      }
    },
  );

  test('is known after its content has been forgotten for good, whatever its content is now', () => {
    bench = new Bench({ lastingContentsMax: 2 });
    bench.hearAll(upTo(40));
    bench.pass(MUCH_LATER_MS);
    expect([bench.hear(30, 'other'), bench.settle(30, 'other')]).toEqual(['undecided', 'duplicate']);
  });

  test('is of a new incarnation, however late, if its ID is known with other contents only', () => {
    bench.hearAll(upTo(40));
    bench.pass(MUCH_LATER_MS);
    expect([bench.hear(30, 'other'), bench.hear(31)]).toEqual(['new', 'new']);
  });

  test('that is undecided is not made fresh by that', () => {
    bench.hear(1);
    bench.pass(MUCH_LATER_MS);
    expect([bench.hear(1), bench.hear(1)]).toEqual(['undecided', 'undecided']);
  });

  test('that is undecided and settled as new is a duplicate when it has waited twice', () => {
    bench.hear(1);
    bench.pass(MUCH_LATER_MS);
    bench.suspect();
    expect([bench.settle(1), bench.settle(1)]).toEqual(['new', 'duplicate']);
  });
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
        bench = new Bench();
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
    bench = new Bench({ seenMax: 10 });
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

describe('two contents under one ID', () => {
  test('are each shown once: neither makes the other new again', () => {
    expect([bench.hear(1, 'X'), bench.hear(1, 'Y')]).toEqual(['new', 'new']);
    for (const content of ['X', 'Y', 'X', 'Y']) expect(bench.hear(1, content)).toBe('duplicate');
    bench.pass(LATER_MS);
    for (const content of ['X', 'Y', 'X', 'Y']) expect(bench.hear(1, content)).toBe('duplicate');
  });

  test('stay apart when the first has passed into the old generation', () => {
    bench.pass(SEEN_MS);
    bench.hear(1, 'X');
    bench.pass(SEEN_MS - 1);
    bench.hear(1, 'Y');
    bench.pass(1);
    bench.hear(2);
    bench.hear(1, 'Z');
    expect(['X', 'Y', 'Z'].map((content) => bench.hear(1, content))).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
    ]);
  });

  test('come to rest in a ring of peers, however many there are of them', () => {
    const ring = [new Bench(), new Bench(), new Bench()];
    const ids = upTo(5).flatMap((msgId) => ['X', 'Y', 'Z'].map((content) => ({ msgId, content })));
    const way = ids.flatMap((text) => [
      { ...text, at: 0, step: 1 },
      { ...text, at: 0, step: 2 },
    ]);
    let shown = 0;
    for (let next = way.shift(), frames = 0; next; next = way.shift(), frames += 1) {
      expect(frames).toBeLessThan(1_000);
      const { msgId, content, at, step } = next;
      if (ring[at]?.hear(msgId, content) !== 'new') continue;
      shown += 1;
      way.push({ msgId, content, at: (at + step) % ring.length, step });
    }
    expect(shown).toBe(3 * ids.length);
  });

  test('are all new once, however many somebody forges: of the last of them only the time is not known', () => {
    const contents = Array.from({ length: 50 }, (_, index) => `content ${index}`);
    expect(contents.map((content) => bench.hear(1, content))).toEqual(all('new', 50));
    expect(contents.map((content) => bench.settle(1, content))).toEqual(all('duplicate', 50));
    expect(bench.cache.size).toBe(8);
    expect(bench.hear(1, 'what bob says at last')).toBe('new');
  });
});

describe('memory', () => {
  test.each([2, 3, 7, 10, 1_000])('is never more than a maximum of %d messages', (seenMax) => {
    bench = new Bench({ seenMax });
    let largest = 0;
    for (let msgId = 0; msgId < 5 * seenMax; msgId += 1) {
      expect(bench.hear(msgId)).toBe('new');
      largest = Math.max(largest, bench.cache.size);
    }
    expect(largest).toBeLessThanOrEqual(seenMax);
    expect(largest).toBeGreaterThanOrEqual(seenMax - 1);
  });

  test('is never more than the maximum either when all of it is under one ID', () => {
    bench = new Bench({ seenMax: 10, duplicateMs: 0 });
    for (let count = 0; count < 100; count += 1) {
      expect(bench.hear(1, `content ${count}`)).toBe('new');
      bench.pass(1);
      expect(bench.cache.size).toBeLessThanOrEqual(10);
    }
  });

  test('keeps the contents of at least the last half of the maximum, however fast they come', () => {
    bench = new Bench({ seenMax: 10 });
    for (let msgId = 0; msgId < 103; msgId += 1) bench.hear(msgId);
    expect(bench.hearAll([102, 101, 100, 99, 98])).toEqual(all('duplicate', 5));
  });

  test('knows what it has no content of: nothing is shown twice when the maximum is far exceeded', () => {
    bench = new Bench({ seenMax: 10 });
    bench.hearAll(upTo(1_000));
    expect(bench.hearAll(upTo(900))).toEqual(all('undecided', 900));
  });

  test.each([0, 1, SEEN_MS / 2, SEEN_MS - 1])(
    'keeps a content that came %d ms after the last turn for the whole time',
    (ms) => {
      bench.nowMs = 10 * SEEN_MS;
      bench.hearAll(upTo(BEYOND_FIRST), () => 'old');
      bench.pass(ms);
      bench.hear(BEYOND_FIRST + 1, 'old');
      bench.pass(SEEN_MS);
      expect(bench.hear(BEYOND_FIRST + 1, 'other')).toBe('new');
    },
  );

  test('gives back the contents after a long silence', () => {
    bench.nowMs = 10 * SEEN_MS;
    bench.hearAll(upTo(100));
    bench.pass(2 * SEEN_MS);
    bench.hear(101);
    expect(bench.cache.size).toBe(1);
  });

  test('gives back the contents of origins that are silent while others speak', () => {
    bench.nowMs = 10 * SEEN_MS;
    bench.hearAll(upTo(100));
    bench.pass(SEEN_MS);
    bench.hear(1, 'hi', 'carol');
    expect(bench.cache.size).toBe(101);
    bench.pass(SEEN_MS);
    bench.hear(2, 'hi', 'carol');
    expect(bench.cache.size).toBe(2);
  });

  test('forgets the origin that was silent longest for a new one, with its contents', () => {
    bench = new Bench({ originsMax: 3 });
    for (const origin of ['a', 'b', 'c', 'a']) bench.hear(1, origin, origin);
    bench.hear(2, 'a', 'a');
    expect([bench.cache.originCount, bench.cache.size]).toEqual([3, 4]);
    bench.hear(1, 'd', 'd');
    expect([bench.cache.originCount, bench.cache.size]).toEqual([3, 4]);
    expect(['a', 'c', 'd'].map((origin) => bench.hear(1, origin, origin))).toEqual(all('duplicate', 3));
    expect(bench.hear(1, 'b', 'b')).toBe('new');
  });

  test('forgets an origin for good, also where it was the last one heard', () => {
    bench = new Bench({ originsMax: 1 });
    for (const origin of ['a', 'b', 'a', 'b']) {
      expect(bench.hear(1, 'hi', origin)).toBe('new');
      expect(bench.hear(1, 'hi', origin)).toBe('duplicate');
      expect([bench.cache.originCount, bench.cache.size]).toEqual([1, 1]);
    }
  });

  test('takes an origin for heard even where all that it said was a duplicate', () => {
    bench = new Bench({ originsMax: 2 });
    for (const origin of ['a', 'b', 'a', 'c']) bench.hear(1, 'hi', origin);
    expect(bench.hear(1, 'hi', 'a')).toBe('duplicate');
  });
});

describe('exactly once, for any chat', () => {
  const repeat = fc.record({ lagMs: fc.nat(DUPLICATE_MS), again: fc.nat(3) });

  /** One incarnation of bob: each of its messages is new, and then comes again that often. */
  function live(chat: Bench, messages: readonly { lagMs: number; again: number }[], content: string): void {
    for (const [index, { lagMs, again }] of messages.entries()) {
      expect(chat.hear(index + 1, content)).toBe('new');
      chat.pass(lagMs);
      for (let count = 0; count < again; count += 1) expect(chat.hear(index + 1, content)).toBe('duplicate');
    }
  }

  test('of peers that live once: each message is new once, at whatever time it comes again', () => {
    const heard = fc.record({
      origin: fc.constantFrom('a', 'b', 'c'),
      msgId: fc.nat(40),
      waitMs: fc.oneof(fc.constant(0), fc.nat(DUPLICATE_MS), fc.nat(5 * SEEN_MS)),
      isSettled: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(heard, { maxLength: 120, size: 'max' }),
        fc.integer({ min: 2, max: 40 }),
        (stream, seenMax) => {
          const chat = new Bench({ seenMax, idRangesMax: 50 });
          const known = new Set<string>();
          for (const { origin, msgId, waitMs, isSettled } of stream) {
            chat.pass(waitMs);
            const key = `${origin} ${msgId}`;
            const verdict = isSettled ? chat.settle(msgId, key, origin) : chat.hear(msgId, key, origin);
            expect(verdict === 'new').toBe(!known.has(key));
            known.add(key);
          }
        },
      ),
    );
  });

  test.each([
    ['that the list shows', true],
    ['that nothing shows but their contents', false],
  ])('of a peer with many incarnations %s: each message of each incarnation is new once', (_, isShown) => {
    const incarnations = fc.array(fc.array(repeat, { maxLength: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        incarnations,
        fc.integer({ min: isShown ? MUCH_LATER_MS : LATER_MS, max: 2 * MUCH_LATER_MS }),
        (chats, pauseMs) => {
          const chat = new Bench();
          for (const [incarnation, messages] of chats.entries()) {
            if (isShown) chat.suspect();
            live(chat, messages, isShown ? 'same' : `incarnation ${incarnation}`);
            chat.pass(pauseMs);
          }
        },
      ),
    );
  });
});

describe('a sleeper that wakes with old messages after the recent memory has forgotten them', () => {
  test('makes nobody show them again, though a list has shown their origin added again', () => {
    bench.hearAll(upTo(40));
    bench.pass(MUCH_LATER_MS);
    bench.suspect();
    const old = upTo(40).slice(BEYOND_FIRST);
    expect(bench.hearAll(old)).toEqual(all('undecided', old.length));
    expect(old.map((msgId) => bench.settle(msgId))).toEqual(all('duplicate', old.length));
    // Another content under a known ID is still the new incarnation's.
    expect(bench.hear(20, 'said anew')).toBe('new');
  });

  test('nor those of an incarnation before, whether the present one has come so far or not', () => {
    bench.hearAll(upTo(60), (msgId) => `once ${msgId}`);
    bench.pass(MUCH_LATER_MS);
    bench.suspect();
    bench.hearAll(upTo(30), (msgId) => `now ${msgId}`);
    bench.pass(MUCH_LATER_MS);
    expect(bench.settle(25, 'once 25')).toBe('duplicate');
    expect(bench.hear(50, 'once 50')).toBe('duplicate');
  });

  test('while the next message of a new incarnation is new, even if it was said under the same ID before', () => {
    bench.hearAll(upTo(5));
    bench.pass(MUCH_LATER_MS);
    bench.suspect();
    bench.hearAll(upTo(4), (msgId) => `now ${msgId}`);
    expect(bench.hear(5)).toBe('new');
  });
});

describe('over a link over which messages may be said again', () => {
  test('what goes on counting is new, also beyond a gap; what was said is not, whichever incarnation said it', () => {
    bench.hearAll(upTo(20));
    bench.pass(MUCH_LATER_MS);
    expect([bench.hearAgain(21), bench.hearAgain(30), bench.hearAgain(25)]).toEqual(all('new', 3));
    bench.handshake(0);
    bench.pass(LATER_MS);
    expect(bench.hear(1, 'other words')).toBe('new');
    expect([bench.hearAgain(2), bench.hearAgain(30), bench.hearAgain(31)]).toEqual([
      'duplicate',
      'duplicate',
      'new',
    ]);
  });

  test('what a forgotten origin has said is looked for, too', () => {
    bench = new Bench({ originsMax: 1 });
    bench.hear(1);
    bench.hear(1, 'text 1', 'carol');
    expect([bench.hearAgain(1), bench.hearAgain(2)]).toEqual(['duplicate', 'new']);
  });
});

describe('when a message was heard first', () => {
  test('is remembered with its content; what is forgotten was heard before all that is remembered', () => {
    bench.pass(SEEN_MS);
    bench.hear(1);
    bench.pass(SEEN_MS - 1);
    bench.hear(2);
    expect(bench.cache.firstSeenMs('bob', 1)).toBe(SEEN_MS);
    expect(bench.cache.firstSeenMs('bob', 2)).toBe(2 * SEEN_MS - 1);
    expect(bench.cache.rememberedSinceMs).toBeLessThanOrEqual(SEEN_MS);
    bench.pass(1);
    bench.hear(3);
    bench.pass(SEEN_MS);
    bench.hear(4);
    // The generations have changed at 2 and 3 s: what was heard before 2 s is forgotten.
    expect(bench.cache.firstSeenMs('bob', 1)).toBeUndefined();
    expect(bench.cache.firstSeenMs('bob', 3)).toBe(2 * SEEN_MS);
    expect(bench.cache.rememberedSinceMs).toBe(2 * SEEN_MS);
    bench.pass(10 * SEEN_MS);
    bench.hear(5);
    expect(bench.cache.firstSeenMs('bob', 4)).toBeUndefined();
    expect(bench.cache.rememberedSinceMs).toBe(13 * SEEN_MS);
  });

  test('is nothing for what was never heard', () => {
    bench.hear(1);
    expect(bench.cache.firstSeenMs('bob', 2)).toBeUndefined();
    expect(bench.cache.firstSeenMs('carol', 1)).toBeUndefined();
  });
});
