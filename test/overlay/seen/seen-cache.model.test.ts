/**
 * Goal: the seen-cache's books are right: for anything that happens, it says and counts what a naive one
 * does.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeenCache, type SeenCacheOptions } from '../../../src/overlay/seen/seen-cache.ts';
import { NaiveSeenCache } from './tools/naive-seen-cache.ts';

const SEEN_MS = 1_000;
const DUPLICATE_MS = 100;
const COUNTS_ON_MS = 300;

const options: fc.Arbitrary<SeenCacheOptions> = fc.record({
  seenMs: fc.constant(SEEN_MS),
  seenMax: fc.integer({ min: 2, max: 40 }),
  duplicateMs: fc.constant(DUPLICATE_MS),
  countsOnMs: fc.constant(COUNTS_ON_MS),
  originsMax: fc.integer({ min: 1, max: 5 }),
  idRangesMax: fc.constant(1_000),
  contentsPerIdMax: fc.integer({ min: 1, max: 8 }),
  firstMessagesMax: fc.integer({ min: 0, max: 16 }),
  lastingContentsMax: fc.integer({ min: 1, max: 60 }),
});

const hid = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const msgId = fc.oneof(fc.nat(3), fc.nat(30));
/** What a handshake tells: as often as not at least as much as has been seen. */
const toldMsgId = fc.oneof(msgId, fc.constantFrom(29, 30, 31));
const waitMs = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, DUPLICATE_MS, DUPLICATE_MS + 1, COUNTS_ON_MS, COUNTS_ON_MS + 1),
  },
  { weight: 1, arbitrary: fc.constantFrom(SEEN_MS - 1, SEEN_MS, 2 * SEEN_MS, 10 * SEEN_MS) },
);
const happening = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('judge' as const),
      hid,
      msgId,
      fingerprint: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(12)),
      waitMs,
      isSettled: fc.boolean(),
      isOfNewIncarnation: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  fc.record({ type: fc.constant('handshake' as const), hid, msgId: toldMsgId, waitMs }),
  fc.record({
    type: fc.constantFrom('suspect' as const, 'wentAway' as const, 'isBack' as const),
    hid,
    waitMs,
  }),
);

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

function apply(seen: SeenCache | NaiveSeenCache, what: Happening, nowMs: number): string {
  if (what.type === 'judge') return seen.judge(what.hid, what.msgId, what.fingerprint, nowMs, what);
  if (what.type === 'handshake') return seen.handshake(what.hid, what.msgId, nowMs) ? 'confirmed' : 'told';
  seen[what.type](what.hid, nowMs);
  return 'told';
}

test('verdicts, size and origins are those of the naive model, and never over their bounds', () => {
  const happenings = fc.array(happening, { minLength: 1, maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(options, happenings, fc.constantFrom(0, Date.UTC(2025, 0, 1)), (bounds, stream, startMs) => {
      const [seen, naive] = [new SeenCache(bounds, 7), new NaiveSeenCache(bounds)];
      let nowMs = startMs;
      for (const what of stream) {
        nowMs += what.waitMs;
        const expected = `${apply(naive, what, nowMs)} ${naive.size} ${naive.originCount}`;
        expect(`${apply(seen, what, nowMs)} ${seen.size} ${seen.originCount}`).toBe(expected);
        expect(seen.size).toBeLessThanOrEqual(bounds.seenMax);
        expect(seen.originCount).toBeLessThanOrEqual(bounds.originsMax);
      }
    }),
    { numRuns: 300 },
  );
});
