/**
 * Goal: no message is shown twice: what is said once, comes again, is brought late, or is said again after a
 * break.
 */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  all,
  BEYOND_FIRST,
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
    bench = new SeenBench({ lastingContentsMax: 2 });
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
    const ring = [new SeenBench(), new SeenBench(), new SeenBench()];
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

describe('exactly once, for any chat', () => {
  const repeat = fc.record({ lagMs: fc.nat(DUPLICATE_MS), again: fc.nat(3) });

  /** One incarnation of bob: each of its messages is new, and then comes again that often. */
  function live(
    chat: SeenBench,
    messages: readonly { lagMs: number; again: number }[],
    content: string,
  ): void {
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
          const chat = new SeenBench({ seenMax, idRangesMax: 50 });
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
          const chat = new SeenBench();
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
    bench = new SeenBench({ originsMax: 1 });
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
