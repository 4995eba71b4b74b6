/**
 * Goal: whatever anybody sends, one copy of each message is passed on, and members are heard.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS, type PeerLimits } from '../../src/limits/peer.ts';
import { Flood, type Verdict } from '../../src/overlay/flood.ts';
import { PassedOn } from '../../src/overlay/seen/passed-on.ts';
import { SeenCache } from '../../src/overlay/seen/seen-cache.ts';
import { text } from './tools/texts.ts';

const SELF_HID = '17852666819177020069';
const MEMBERS = ['3382070009828795609', '5', 'carol'];
const MEMBER = '3382070009828795609';
const SEED = 0x1234_5678;

/** The flood decision of a peer in a room with MEMBERS. */
class Victim {
  readonly seen: SeenCache;
  readonly #flood: Flood;
  readonly #members = new Set(MEMBERS);
  nowMs = 0;

  constructor(limits: Partial<PeerLimits> = {}, seed = SEED) {
    const all = { ...PEER_LIMITS, ...limits };
    this.seen = new SeenCache(all, seed);
    this.#flood = new Flood({
      room: () => 'room',
      selfHid: SELF_HID,
      seen: this.seen,
      passedOn: new PassedOn(all),
      seed,
      strangerMessagesMax: all.strangerMessagesMax,
      lastMsgId: () => 0,
      mayBeSaidAgain: () => false,
      isOfMember: (originHid) => this.#members.has(originHid),
    });
  }

  /** A list has this origin. */
  list(origin: string): void {
    this.#members.add(origin);
    this.#flood.membersChanged(this.nowMs);
  }

  hear(origin: string, msgId: number, content = `text ${msgId}`, link = 'attacker'): Verdict {
    return this.#flood.judge(text('room', origin, msgId, content), link, this.nowMs);
  }
}

test('no two of 45,000 origins are taken for one another, whatever the seed', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const victim = new Victim({}, seed);
    const mistaken: string[] = [];
    for (let index = 0; index < 45_000; index += 1)
      if (victim.hear(`o${index}`, 1, 'the same') !== 'new') mistaken.push(`${seed}: ${index}`);
    expect(mistaken).toEqual([]);
  }
});

describe('a storm', () => {
  test.each([
    ['45,000 origins, ID 1', 45_000, (index: number) => ({ origin: `o${index}`, msgId: 1 })],
    ['45,000 origins of digits', 45_000, (index: number) => ({ origin: `${index * 16_384}`, msgId: 0 })],
    ['a member, IDs that follow on none', 45_000, (index: number) => ({ origin: MEMBER, msgId: 3 * index })],
    ['a member, other contents under one ID', 45_000, () => ({ origin: MEMBER, msgId: 1 })],
    ['300 origins that each count', 45_000, (index: number) => ({ origin: `o${index % 300}`, msgId: index })],
    ['a member that counts', 45_000, (index: number) => ({ origin: MEMBER, msgId: index })],
  ])('of %s is passed on once, however often it circles', (_, count, nth) => {
    const victim = new Victim();
    const messages = Array.from({ length: count }, (_unused, index) => ({
      ...nth(index),
      content: `x${index}`,
    }));
    for (let round = 0; round < 3; round += 1) {
      const passedOn = messages.filter(({ origin, msgId, content }) => {
        return victim.hear(origin, msgId, content) === 'new';
      });
      expect(passedOn.length).toBe(round === 0 ? count : 0);
      victim.nowMs += PEER_LIMITS.seenMs / 4;
    }
  });

  test('that never ends leaves the members heard, over the same link and others', () => {
    const victim = new Victim({ passedOnMax: 4_000, passedOnShareMax: 100 });
    let passedOn = 0;
    for (let index = 0; index < 50_000; index += 1) {
      if (victim.hear(`o${index}`, 1) === 'new') passedOn += 1;
      if (index % 1_000 === 0) {
        const msgId = index / 1_000 + 1;
        expect(victim.hear(MEMBER, msgId, 'over the link of the storm')).toBe('new');
        expect(victim.hear('carol', msgId, 'over another', 'neighbour')).toBe('new');
      }
    }
    // Half of what is not for members: the rest is for other links.
    expect(passedOn).toBe(750);
    expect(victim.hear('a stranger', 1, 'hello', 'neighbour')).toBe('new');
    expect(victim.hear('o49999', 1)).toBe('over its share');
    victim.nowMs += PEER_LIMITS.seenMs;
    expect(victim.hear('o49999', 1)).toBe('new');
  });
});

describe('a newcomer that says very much before a list has it', () => {
  const COUNT = 2 * PEER_LIMITS.strangerMessagesMax;
  const inOrder = Array.from({ length: COUNT }, (_, index) => index + 1);
  const lateFirst = [...inOrder.slice(300), ...inOrder.slice(0, 300)];
  const { seenMs, journalMs } = PEER_LIMITS;

  test.each([
    ['in order, at once', inOrder, 0],
    ['the first words last, at once', lateFirst, 0],
    ['in order, sent again', inOrder, 3 * seenMs],
    ['the first words last, sent again', lateFirst, journalMs - seenMs],
  ])('is heard once: %s', (_, msgIds, waitMs) => {
    const victim = new Victim();
    for (const msgId of msgIds) expect(victim.hear('newcomer', msgId)).toBe('new');
    victim.list('newcomer');
    victim.nowMs += waitMs;
    const again = inOrder.filter(
      (msgId) => victim.hear('newcomer', msgId, `text ${msgId}`, 'other') === 'new',
    );
    expect(again).toEqual([]);
    expect(victim.hear('newcomer', COUNT + 1)).toBe('new');
  });
});

describe('forged messages of a member', () => {
  const FAR = 2 ** 50;
  const OWN = 7;

  test.each([
    ['far ahead, every second ID', Array.from({ length: 70 }, (_, index) => FAR + 2 * index)],
    ['far ahead, downwards', Array.from({ length: 70 }, (_, index) => FAR - 2 * index)],
    ['far ahead, in order', Array.from({ length: 1_000 }, (_, index) => FAR + index)],
    [
      'the highest that there are',
      Array.from({ length: 200 }, (_, index) => Number.MAX_SAFE_INTEGER - index),
    ],
    ['just ahead, every second ID', Array.from({ length: 500 }, (_, index) => OWN + 2 + 2 * index)],
    ['just ahead, every third ID', Array.from({ length: 500 }, (_, index) => OWN + 3 + 3 * index)],
    ['just ahead, in order', Array.from({ length: 1_000 }, (_, index) => OWN + 1 + index)],
    ['its next ID, with many contents', Array.from({ length: 1_000 }, () => OWN + 1)],
    ['what it has said, with other contents', Array.from({ length: 1_000 }, (_, index) => 1 + (index % OWN))],
    ['gaps below', Array.from({ length: 200 }, (_, index) => 100_000 + 2 * index)],
  ])('do not make what it says itself old: %s', (_, forged) => {
    const victim = new Victim();
    for (let msgId = 1; msgId <= OWN; msgId += 1) expect(victim.hear(MEMBER, msgId)).toBe('new');
    for (const [index, msgId] of forged.entries()) victim.hear(MEMBER, msgId, `forged ${index}`);
    const own = Array.from({ length: 1_500 }, (_unused, index) => OWN + 1 + index);
    for (const msgId of own)
      expect([msgId, victim.hear(MEMBER, msgId, 'own', 'neighbour')]).toEqual([msgId, 'new']);
    for (const msgId of own) expect(victim.hear(MEMBER, msgId, 'own', 'another')).toBe('duplicate');
  });

  test('do not make it seem started anew, once it has told where it is', () => {
    const victim = new Victim();
    for (let msgId = 1; msgId <= OWN; msgId += 1) victim.hear(MEMBER, msgId);
    for (let index = 0; index < 1_000; index += 1) victim.hear(MEMBER, FAR + index);
    expect(victim.seen.handshake(MEMBER, OWN, victim.nowMs)).toBe(false);
    expect(victim.seen.lastMsgId(MEMBER)).toBe(OWN);
  });
});

describe('for any input', () => {
  const happening = fc.record({
    origin: fc.constantFrom(...MEMBERS, 'stranger', 'x1', 'x2', 'x3'),
    msgId: fc.oneof(fc.nat(4), fc.nat(60), fc.constantFrom(2 ** 50, 2 ** 50 + 2)),
    content: fc.constantFrom('a', 'b'),
    link: fc.constantFrom('one', 'two'),
    waitMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(700), fc.constant(3_000)),
    what: fc.oneof(
      { weight: 8, arbitrary: fc.constant('text' as const) },
      fc.constantFrom('handshake' as const, 'added again' as const, 'away and back' as const),
      fc.constant('listed' as const),
    ),
  });
  type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

  /** @returns true if a message is new. */
  function happens(victim: Victim, happened: Happening): boolean {
    const { seen, nowMs } = victim;
    const { what, origin, msgId, content, link } = happened;
    if (what === 'text') return victim.hear(origin, msgId, content, link) === 'new';
    if (what === 'handshake') seen.handshake(origin, msgId, nowMs);
    if (what === 'added again') seen.suspect(origin, nowMs);
    if (what === 'listed') victim.list(origin);
    if (what !== 'away and back') return false;
    seen.wentAway(origin);
    seen.isBack(origin, nowMs);
    return false;
  }

  test('one copy of a message is new within the time of a flood', () => {
    const limits = { seenMs: 1_000, journalMs: 4_000, seenMax: 8, idRangesMax: 3, contentsPerIdMax: 2 };
    const few = { ...limits, strangerMessagesMax: 4 };
    const happenings = fc.array(happening, { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(happenings, fc.integer({ min: 8, max: 200 }), (all, passedOnMax) => {
        const victim = new Victim({ ...few, passedOnMax, passedOnShareMax: 3 });
        const newAtMs = new Map<string, number>();
        for (const happened of all) {
          victim.nowMs += happened.waitMs;
          if (!happens(victim, happened)) continue;
          const key = `${happened.origin} ${happened.msgId} ${happened.content}`;
          const agoMs = victim.nowMs - (newAtMs.get(key) ?? Number.NEGATIVE_INFINITY);
          expect(agoMs).toBeGreaterThan(limits.seenMs);
          newAtMs.set(key, victim.nowMs);
        }
      }),
      { numRuns: 300 },
    );
  });
});
