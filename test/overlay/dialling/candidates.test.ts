/**
 * Goal: the forward link is sought in the order of PROTOCOL.md: X+1, X+2, … around the ring, never at
 * oneself.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canBeReached, compareChoices, forwardCandidates } from '../../../src/overlay/dialling/candidates.ts';
import { type Member, memberKey, toMember } from '../../../src/overlay/member.ts';
import { Membership } from '../../../src/overlay/membership.ts';
import type { MemberAddress } from '../../../src/protocol/frames.ts';
import { closeAddress, closeList, distinctList } from '../tools/arbitraries.ts';

function ringOf(list: readonly MemberAddress[]): readonly Member[] {
  const membership = new Membership();
  membership.replace('1', list);
  return membership.ring;
}

/** A ring whose HIDs are given, for examples that read like the text. */
function member(user: string, hid: string): Member {
  return { user, ip: '127.0.0.1', port: 5000 + Number(hid.slice(-2)), hid };
}

function users(members: readonly Member[]): string[] {
  return members.map(({ user }) => user);
}

describe('a ring of four', () => {
  const [a, b, c, d] = [
    member('a', '3'),
    member('b', '20'),
    member('c', '100'),
    member('d', '18446744073709551615'),
  ];
  const ring = [a, b, c, d];

  test.each([
    [a, ['b', 'c', 'd']],
    [b, ['c', 'd', 'a']],
    [c, ['d', 'a', 'b']],
    [d, ['a', 'b', 'c']],
  ])('from $user goes on behind it and wraps around', (self, expected) => {
    expect(users(forwardCandidates(ring, self))).toEqual(expected);
  });

  test('is gone through from the right place even where we are not listed', () => {
    expect(users(forwardCandidates(ring, member('self', '21')))).toEqual(['c', 'd', 'a', 'b']);
    expect(users(forwardCandidates([a, b], member('self', '21')))).toEqual(['a', 'b']);
  });

  test('leaves out an entry with our address under a garbled name', () => {
    const garbled: Member = { ...c, user: 'garbled', hid: '50' };
    expect(users(forwardCandidates([a, b, garbled, d], c))).toEqual(['d', 'a', 'b']);
  });

  test('is left as it was', () => {
    const before = [...ring];
    forwardCandidates(ring, c);
    expect(ring).toEqual(before);
  });
});

test('alone or in an empty room there is nobody to link to', () => {
  const self = member('self', '21');
  expect([forwardCandidates([], self), forwardCandidates([self], self)]).toEqual([[], []]);
});

test('a member with the same HID as ours and another address is a candidate', () => {
  const alice = toMember({ user: 'alice', ip: '110.0.0.1', port: 5001 });
  const twin = toMember({ user: 'alice1', ip: '10.0.0.1', port: 5001 });
  expect(alice.hid).toBe(twin.hid);
  expect(users(forwardCandidates(ringOf([alice, twin]), alice))).toEqual(['alice1']);
  expect(users(forwardCandidates(ringOf([alice, twin]), twin))).toEqual(['alice']);
});

describe('for any room', () => {
  test('the candidates are everybody who can be at their address, each once, and never ourselves', () => {
    fc.assert(
      fc.property(closeList, closeAddress, (list, own) => {
        const found = forwardCandidates(ringOf(list), toMember(own)).map(memberKey).sort();
        const others = list.filter((other) => !isNobody(own, other));
        expect(found).toEqual(others.map(memberKey).sort());
      }),
    );
  });

  test('they are the ring, turned so that it begins behind us', () => {
    const withSelf = distinctList.chain((list) => fc.tuple(fc.constant(list), fc.constantFrom(...list)));
    fc.assert(
      fc.property(withSelf, ([list, own]) => {
        const ring = ringOf(list);
        expect(forwardCandidates(ring, toMember(own)).map(({ hid }) => hid)).toEqual(
          textbookOrder(ring, own).map(({ hid }) => hid),
        );
      }),
    );
  });

  test('everybody linking to their first candidate makes one cycle through all', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 2, maxLength: 20 }),
        (ports) => {
          const ring = ringOf(ports.map((port) => ({ user: 'u', ip: '127.0.0.1', port })));
          const visited = new Set<Member>();
          let at = ring[0];
          while (at !== undefined && !visited.has(at)) {
            visited.add(at);
            at = forwardCandidates(ring, at)[0];
          }
          expect(visited.size).toBe(ports.length);
        },
      ),
    );
  });
});

/** PROTOCOL.md's loop: start = X+1, X+2, … wrapping around, until own index comes up again. */
function textbookOrder(ring: readonly Member[], own: MemberAddress): Member[] {
  const ownIndex = ring.findIndex((candidate) => memberKey(candidate) === memberKey(own));
  const order: Member[] = [];
  for (let start = (ownIndex + 1) % ring.length; start !== ownIndex; start = (start + 1) % ring.length)
    order.push(ring[start] as Member);
  return order.filter((other) => !isNobody(own, other));
}

/** At our own address are we, and at a loopback address, while ours is none, nobody of a room on others. */
function isNobody(own: MemberAddress, { ip, port }: MemberAddress): boolean {
  return (port === own.port && ip === own.ip) || (ip.startsWith('127.') && !own.ip.startsWith('127.'));
}

describe('canBeReached', () => {
  const at = (ip: string, port = 5_002) => ({ user: 'bob', ip, port });

  test.each([
    ['0.0.0.0'],
    ['0.1.2.3'],
    ['224.0.0.1'],
    ['239.255.255.255'],
    ['240.0.0.1'],
    ['255.255.255.255'],
  ])('%s is no address of a host, wherever we are', (ip) => {
    for (const own of ['127.0.0.1', '10.0.0.9']) expect(canBeReached(at(own, 5_001), at(ip))).toBe(false);
  });

  test.each([['1.0.0.1'], ['10.0.0.1'], ['223.255.255.254'], ['10.0.0.9']])(
    '%s may be a member, wherever we are',
    (ip) => {
      for (const own of ['127.0.0.1', '10.0.0.9']) expect(canBeReached(at(own, 5_001), at(ip))).toBe(true);
    },
  );

  test.each([['127.0.0.1'], ['127.0.0.2'], ['localhost']])(
    '%s is a member only where we are at a loopback address ourselves',
    (ip) => {
      expect(canBeReached(at('127.0.0.1', 5_001), at(ip))).toBe(true);
      expect(canBeReached(at('localhost', 5_001), at(ip))).toBe(true);
      expect(canBeReached(at('10.0.0.9', 5_001), at(ip))).toBe(false);
    },
  );

  test('our own address is nobody else, under whatever name', () => {
    expect(canBeReached(at('10.0.0.9', 5_002), at('10.0.0.9'))).toBe(false);
    expect(canBeReached(at('127.0.0.1', 5_002), at('localhost'))).toBe(false);
  });
});

describe('compareChoices', () => {
  test('sorts members, listed or not, in the order in which forwardCandidates has them', () => {
    fc.assert(
      fc.property(distinctList, (list) => {
        const ring = ringOf(list);
        const [self] = ring;
        fc.pre(self !== undefined);
        const sorted = [...ring].filter((other) => other !== self);
        sorted.reverse().sort((left, right) => compareChoices(self as Member, left, right));
        const chosen = forwardCandidates(ring, self as Member);
        expect(users(sorted.filter((other) => chosen.includes(other)))).toEqual(users(chosen));
      }),
    );
  });
});
