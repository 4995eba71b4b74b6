/**
 * Goal: a walk comes to every candidate once, in the order of the ring, and keeps little of those it passed.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareChoices, forwardCandidates } from '../../../src/overlay/dialling/candidates.ts';
import { dialsBeside, NEW_WALK, passedOver, walkOn } from '../../../src/overlay/dialling/search-walk.ts';
import { type Member, memberKey, toMember } from '../../../src/overlay/member.ts';
import { Membership } from '../../../src/overlay/membership.ts';
import { closeList } from '../tools/arbitraries.ts';

const SELF = toMember({ user: 'self', ip: '127.0.0.1', port: 9 });
const compare = (one: Member, other: Member) => compareChoices(SELF, one, other);

describe('a walk', () => {
  test('comes to each candidate once, in order, however many are wanted at a time', () => {
    fc.assert(
      fc.property(
        closeList,
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 12, maxLength: 12 }),
        (list, steps) => {
          const membership = new Membership();
          membership.replace('1', list);
          const candidates = forwardCandidates(membership.ring, SELF);
          let walk = NEW_WALK;
          const seen: Member[] = [];
          for (const wanted of steps) {
            const step = walkOn(walk, wanted, candidates, compare, () => true);
            expect(step.chosen.length).toBeLessThanOrEqual(wanted);
            seen.push(...step.chosen);
            walk = step.walk;
          }
          expect(seen.map(memberKey)).toEqual(candidates.map(memberKey));
          expect(walk.failed).toBe(0);
        },
      ),
    );
  });

  const members = Array.from({ length: 1_000 }, (_, at) =>
    toMember({ user: `u${at}`, ip: '127.0.0.1', port: 10 }),
  ).sort(compare);

  test('passes over those that may not be dialled now, and keeps ten names of them', () => {
    const last = members.at(-1) as Member;
    const { walk, chosen } = walkOn(NEW_WALK, 1, members, compare, (member) => member === last);
    expect(chosen).toEqual([last]);
    expect([walk.failed, walk.names.length]).toEqual([999, 10]);
    expect(walkOn(walk, 1, members, compare, () => true).chosen).toEqual([]);
  });

  test('goes on behind a member that has left the list', () => {
    const [first, second, third] = members as [Member, Member, Member];
    const { walk } = walkOn(NEW_WALK, 2, members, compare, () => true);
    expect(walk.at).toBe(second);
    expect(walkOn(walk, 1, [first, third], compare, () => true).chosen).toEqual([third]);
  });

  test('has one mark for the same members in whatever order they failed, another for others', () => {
    const [one, two, three] = members as [Member, Member, Member];
    const mark = (...failed: Member[]) => failed.reduce(passedOver, NEW_WALK).mark;
    expect(mark(one, two)).toBe(mark(two, one));
    expect(mark(one, two)).not.toBe(mark(one, three));
  });
});

test('beside silent dials one more begins each time, later half as many as there are, up to a bound', () => {
  expect([1, 2, 3, 4, 10, 60, 64].map((underWay) => dialsBeside(underWay, 64))).toEqual([
    1, 1, 1, 2, 5, 4, 0,
  ]);
});
