/**
 * Goal: whom a search goes back to after a failure, and when it is probed (docs/ARCHITECTURE.md, "How the
 * overlay holds"), without any machine.
 */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Member, toMember } from '../../src/overlay/member.ts';
import {
  dialledInVain,
  isSignOfPieces,
  listedAnew,
  nextProbeMs,
  nextToProbe,
  type PreferenceView,
  type Preferred,
  prefer,
  preferPassedOver,
  putOff,
  reached,
  toProbe,
} from '../../src/overlay/preferred-members.ts';

const LIMITS = {
  longLinkMs: 60_000,
  probeMinMs: 5_000,
  probeMaxMs: 60_000,
  preferredMax: 3,
  absenceMs: 60_000,
  jitterRatio: 0.3,
};

/** In the order of choice. */
const RING = ['ann', 'bob', 'carol', 'dave', 'erin'].map((user, index) =>
  toMember({ user, ip: `10.0.1.${index}`, port: 5_000 }),
);
const [ANN, BOB, CAROL, DAVE, ERIN] = RING as [Member, Member, Member, Member, Member];

/** What the view answers, by nicknames. */
interface Room {
  nowMs: number;
  chance: number;
  unlisted: Member[];
  linkedToUs: Member[];
  elders: Member[];
  dialDueMs: Map<Member, number>;
}

let room: Room;

beforeEach(() => {
  room = { nowMs: 1_000, chance: 0, unlisted: [], linkedToUs: [], elders: [], dialDueMs: new Map() };
});

const isListed = (member: Member) => !room.unlisted.includes(member);
const isCandidate = (member: Member) => isListed(member) && !room.linkedToUs.includes(member);

const VIEW: PreferenceView = {
  limits: LIMITS,
  nowMs: () => room.nowMs,
  random: () => room.chance,
  compareChoices: (one, other) => RING.indexOf(one) - RING.indexOf(other),
  isListed,
  isCandidate,
  isElder: (member) => room.elders.includes(member),
  elders: () => RING.filter((member) => room.elders.includes(member) && isCandidate(member)),
  allowance: { dueMs: (address) => room.dialDueMs.get(address as Member) ?? 0 },
};

function preferredAre(...members: readonly Member[]): Preferred {
  return members.reduce((list, member) => prefer(VIEW, list, member), [] as Preferred);
}

function users(preferred: Preferred): string[] {
  return preferred.map(({ member }) => member.user);
}

describe('the end of a link is a sign of pieces', () => {
  const END = { member: ANN, isBroken: true, end: 'lost', linkedMs: LIMITS.longLinkMs } as const;

  test.each([
    ['where it was up for long and fell silent', END, [], true],
    ['not where it was up for a moment less', { ...END, linkedMs: LIMITS.longLinkMs - 1 }, [], false],
    ['not where its host is there to reset it', { ...END, end: 'reset' }, [], false],
    ['not where it was just closed', { ...END, isBroken: false }, [], false],
    ['of an elder, however short it was', { ...END, end: 'reset', linkedMs: 0 }, [ANN], true],
    ['of an elder not where it was just closed', { ...END, isBroken: false, end: 'closed' }, [ANN], false],
  ] as const)('%s', (_, end, elders, isSign) => {
    room.elders = [...elders];
    expect(isSignOfPieces(VIEW, end)).toBe(isSign);
  });
});

describe('the list', () => {
  test('has nobody twice, and the oldest makes room', () => {
    const list = preferredAre(ANN, BOB, ANN, CAROL);
    expect(users(list)).toEqual(['ann', 'bob', 'carol']);
    expect(users(prefer(VIEW, list, DAVE))).toEqual(['bob', 'carol', 'dave']);
  });

  test('takes an elder that was dialled in vain, and nobody else; who is on it is put off', () => {
    room.elders = [BOB];
    expect(users(dialledInVain(VIEW, [], ANN))).toEqual([]);
    expect(users(dialledInVain(VIEW, [], BOB))).toEqual(['bob']);
    expect(dialledInVain(VIEW, preferredAre(ANN), ANN)).toEqual([
      { member: ANN, attempts: 1, dueMs: 1_000 + 10_000, absentSinceMs: null },
    ]);
  });

  test('takes the earliest elder that the forward link has passed over, one at a time', () => {
    room.elders = [ANN, BOB, DAVE];
    const first = preferPassedOver(VIEW, [], CAROL);
    expect(users(first)).toEqual(['ann']);
    const both = preferPassedOver(VIEW, first, CAROL);
    expect(users(both)).toEqual(['ann', 'bob']);
    expect(preferPassedOver(VIEW, both, CAROL)).toBe(both);
  });

  test('loses whoever is reached', () => {
    expect(users(reached(preferredAre(ANN, BOB), ANN))).toEqual(['bob']);
  });

  test('keeps who is off the member list for 60 s, and forgets that where it is back in time', () => {
    room.unlisted = [ANN];
    let list = listedAnew(VIEW, preferredAre(ANN, BOB));
    expect(list.map(({ absentSinceMs }) => absentSinceMs)).toEqual([1_000, null]);
    room.nowMs += LIMITS.absenceMs;
    list = listedAnew(VIEW, list);
    expect(users(list)).toEqual(['ann', 'bob']);
    room.nowMs += 1;
    expect(users(listedAnew(VIEW, list))).toEqual(['bob']);
    room.unlisted = [];
    room.nowMs -= 1;
    expect(listedAnew(VIEW, list).map(({ absentSinceMs }) => absentSinceMs)).toEqual([null, null]);
  });
});

describe('a probe', () => {
  test('comes after a pause that doubles from 5 s to 60 s, up to 30 % of it random', () => {
    let list = preferredAre(ANN);
    const pauses = [0, 1, 2, 3, 4, 5].map(() => {
      const [first] = list;
      list = putOff(VIEW, list, ANN);
      return (first?.dueMs ?? 0) - room.nowMs;
    });
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    room.chance = 0.999_999;
    expect(preferredAre(BOB)[0]?.dueMs).toBe(1_000 + 3_500);
  });

  test('is for earlier choices than the forward link that can be dialled, the earliest first', () => {
    const list = preferredAre(DAVE, BOB, ANN);
    expect(users(toProbe(VIEW, list, CAROL))).toEqual(['ann', 'bob']);
    room.linkedToUs = [ANN];
    room.unlisted = [BOB];
    expect(toProbe(VIEW, list, ERIN).map(({ member }) => member)).toEqual([DAVE]);
    expect(toProbe(VIEW, list, ANN)).toEqual([]);
  });

  test('goes to the earliest choice of those that are due, whose address may be dialled', () => {
    const list = putOff(VIEW, preferredAre(ANN, BOB), ANN);
    expect(nextProbeMs(VIEW, list)).toBe(1_000 + 5_000);
    expect(nextToProbe(VIEW, list)).toBe(ANN);
    room.nowMs += 5_000;
    expect(nextToProbe(VIEW, list)).toBe(BOB);
    room.dialDueMs.set(BOB, room.nowMs + 1);
    expect(nextProbeMs(VIEW, list)).toBe(room.nowMs + 1);
    expect(() => nextToProbe(VIEW, [])).toThrow(TypeError);
  });

  test('is looked at again after the longest pause, whoever is preferred', () => {
    room.dialDueMs.set(ANN, Number.MAX_SAFE_INTEGER);
    expect(nextProbeMs(VIEW, preferredAre(ANN))).toBe(room.nowMs + LIMITS.probeMaxMs);
    expect(nextProbeMs(VIEW, [])).toBe(room.nowMs + LIMITS.probeMaxMs);
  });
});

test('whatever happens: nobody twice, never too many, and no pause over the longest', () => {
  const happening = fc.tuple(fc.constantFrom(prefer, putOff, dialledInVain), fc.constantFrom(...RING));
  fc.assert(
    fc.property(
      fc.array(happening),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (all, chance) => {
        room.chance = chance;
        room.elders = [ANN, CAROL];
        const list = all.reduce(
          (before, [happens, member]) => happens(VIEW, before, member),
          [] as Preferred,
        );
        expect(new Set(users(list)).size).toBe(list.length);
        expect(list.length).toBeLessThanOrEqual(LIMITS.preferredMax);
        for (const { dueMs } of list) expect(dueMs - room.nowMs).toBeLessThanOrEqual(LIMITS.probeMaxMs);
      },
    ),
  );
});
