/** Goal: the member list is what the last M said, in both orders, and tells what that M has changed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memberKey } from '../../src/overlay/member.ts';
import { Membership } from '../../src/overlay/membership.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { hashId } from '../../src/protocol/hash-id.ts';
import { closeAddress, closeList } from './tools/arbitraries.ts';

const ALICE = { user: 'alice', ip: '127.0.0.1', port: 5001 };
const BOB = { user: 'bob', ip: '127.0.0.1', port: 5002 };
const CAROL = { user: 'carol', ip: '127.0.0.1', port: 5003 };

function users(members: readonly { readonly user: string }[]): string[] {
  return members.map((member) => member.user);
}

describe('replace', () => {
  test('keeps the order of the room server', () => {
    const membership = new Membership();
    membership.replace('1', [CAROL, ALICE, BOB]);
    expect(users(membership.members)).toEqual(['carol', 'alice', 'bob']);
  });

  test('tells who has come and who has gone', () => {
    const membership = new Membership();
    expect(users(membership.replace('1', [BOB, ALICE]).joined)).toEqual(['bob', 'alice']);
    const change = membership.replace('2', [CAROL, BOB]);
    expect([users(change.joined), users(change.left)]).toEqual([['carol'], ['alice']]);
  });

  test('takes a member with another port for another member', () => {
    const membership = new Membership();
    membership.replace('1', [ALICE]);
    const change = membership.replace('2', [{ ...ALICE, port: 6001 }]);
    expect(change.joined).toMatchObject([{ user: 'alice', port: 6001 }]);
    expect(change.left).toMatchObject([{ user: 'alice', port: 5001 }]);
  });

  test('takes the same MSID and number of members for the same list', () => {
    const membership = new Membership();
    membership.replace('1', [BOB, ALICE]);
    const before = membership.ring;
    expect(membership.replace('1', [BOB, ALICE])).toEqual({ joined: [], left: [], addedAgain: [] });
    expect(membership.ring).toBe(before);
  });

  test('takes the same MSID with another number of members for another list', () => {
    const membership = new Membership();
    membership.replace('1', [ALICE]);
    expect(users(membership.replace('1', [ALICE, BOB]).joined)).toEqual(['bob']);
  });

  test('takes another order under another MSID without anybody coming or going', () => {
    const membership = new Membership();
    membership.replace('1', [BOB, ALICE]);
    expect(membership.replace('2', [ALICE, BOB])).toMatchObject({ joined: [], left: [] });
    expect(users(membership.members)).toEqual(['alice', 'bob']);
  });

  test('holds a member once that is listed twice', () => {
    const membership = new Membership();
    const change = membership.replace('1', [BOB, ALICE, BOB]);
    expect([users(change.joined), users(membership.members)]).toEqual([
      ['bob', 'alice'],
      ['bob', 'alice'],
    ]);
    expect(membership.ring).toHaveLength(2);
  });

  test('holds two members whose HIDs are the same', () => {
    const membership = new Membership();
    const twin = { user: 'alice1', ip: '27.0.0.1', port: 5001 };
    membership.replace('1', [twin, ALICE]);
    expect(membership.ring).toHaveLength(2);
    expect([membership.find(twin)?.user, membership.find(ALICE)?.user]).toEqual(['alice1', 'alice']);
  });

  test('for any two lists: the change is their difference, and afterwards only the second counts', () => {
    fc.assert(
      fc.property(closeList, closeList, closeAddress, (first, second, anybody) => {
        const membership = new Membership();
        membership.replace('1', first);
        const change = membership.replace('2', second);
        const keysOf = (list: readonly (typeof anybody)[]) => list.map(memberKey);
        const [before, after] = [keysOf(first), keysOf(second)];
        expect(keysOf(change.joined)).toEqual(after.filter((key) => !before.includes(key)));
        expect(keysOf(change.left)).toEqual(before.filter((key) => !after.includes(key)));
        expect(keysOf(membership.members)).toEqual(after);
        expect(membership.find(anybody) !== undefined).toBe(after.includes(memberKey(anybody)));
        const isListedName = second.some((member) => member.user === anybody.user);
        expect(membership.named(anybody.user).length > 0).toBe(isListedName);
        expect(membership.isOrigin(anybody.user)).toBe(isListedName);
      }),
    );
  });
});

describe('addedAgain', () => {
  /** Who is told to have been added again when the list `before` becomes the list `after`. */
  function addedAgain(before: readonly MemberAddress[], after: readonly MemberAddress[]): string[] {
    const membership = new Membership();
    membership.replace('1', before);
    return users(membership.replace('2', after).addedAgain);
  }

  test.each([
    ['the last one goes to the head', [CAROL, BOB, ALICE], [ALICE, CAROL, BOB], ['alice']],
    ['one from the middle goes to the head', [CAROL, BOB, ALICE], [BOB, CAROL, ALICE], ['bob']],
    ['two go to the head', [CAROL, BOB, ALICE], [ALICE, BOB, CAROL], ['bob', 'alice']],
    ['one goes to the head, then another joins', [BOB, ALICE], [CAROL, ALICE, BOB], ['alice']],
    ['one goes to the head while another leaves', [CAROL, BOB, ALICE], [ALICE, CAROL], ['alice']],
  ])('tells who: %s', (_, before, after, expected) => {
    expect(addedAgain(before, after)).toEqual(expected);
  });

  test.each([
    ['nothing changes but the MSID', [CAROL, BOB, ALICE], [CAROL, BOB, ALICE]],
    ['one joins', [BOB, ALICE], [CAROL, BOB, ALICE]],
    ['one leaves', [CAROL, BOB, ALICE], [CAROL, ALICE]],
    ['one leaves and another joins', [BOB, ALICE], [CAROL, ALICE]],
    ['all are new', [], [CAROL, BOB, ALICE]],
    ['all leave', [CAROL, BOB, ALICE], []],
  ])('tells nobody when %s', (_, before, after) => {
    expect(addedAgain(before, after)).toEqual([]);
  });

  test('compares with the last list only', () => {
    const membership = new Membership();
    membership.replace('1', [BOB, ALICE]);
    membership.replace('2', [ALICE, BOB]);
    expect(users(membership.replace('3', [CAROL, ALICE, BOB]).addedAgain)).toEqual([]);
    membership.clear();
    expect(membership.replace('4', [BOB, ALICE, CAROL]).addedAgain).toEqual([]);
  });

  test('for any two lists: everybody who is ahead of somebody that was ahead of them, and nobody else', () => {
    const twoLists = closeList.chain((all) => fc.tuple(fc.shuffledSubarray(all), fc.shuffledSubarray(all)));
    fc.assert(
      fc.property(twoLists, ([before, after]) => {
        const membership = new Membership();
        membership.replace('1', before);
        const told = membership.replace('2', after).addedAgain.map(memberKey);
        const overtaking = after.filter((member) =>
          before
            .slice(0, Math.max(0, before.indexOf(member)))
            .some((other) => after.indexOf(other) > after.indexOf(member)),
        );
        expect([...told].sort()).toEqual(overtaking.map(memberKey).sort());
      }),
      { numRuns: 300 },
    );
  });

  test('for any comings and goings at a room server: never somebody who stayed all the time', () => {
    const doings = fc.array(fc.record({ address: closeAddress, isSeen: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(closeList, doings, (start, stream) => {
        const membership = new Membership();
        membership.replace('0', start);
        let list = [...start];
        let moved = new Set<string>();
        for (const [index, { address, isSeen }] of stream.entries()) {
          const key = memberKey(address);
          list = [address, ...list.filter((member) => memberKey(member) !== key)];
          moved.add(key);
          if (!isSeen) continue;
          const told = membership.replace(`${index + 1}`, list).addedAgain.map(memberKey);
          expect(told.filter((member) => !moved.has(member))).toEqual([]);
          moved = new Set();
        }
      }),
    );
  });
});

describe('ring', () => {
  test('is in the numeric order of the HIDs, not in that of their characters', () => {
    const membership = new Membership();
    membership.replace('1', [BOB, ALICE]);
    // 3382070009828795609 is less than 17852666819177020069, though its first digit is not.
    expect(users(membership.ring)).toEqual(['alice', 'bob']);
  });

  test('holds exactly the members, by HID, for any list', () => {
    fc.assert(
      fc.property(closeList, (list) => {
        const membership = new Membership();
        membership.replace('1', list);
        const expected = list
          .map((member) => BigInt(hashId(member.user, member.ip, member.port)))
          .sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
        expect(membership.ring.map((member) => BigInt(member.hid))).toEqual(expected);
        expect(membership.ring.map(memberKey).sort()).toEqual(list.map(memberKey).sort());
      }),
    );
  });
});

describe('who is in the list', () => {
  const membership = new Membership();
  const secondAlice = { ...ALICE, port: 6001 };
  membership.replace('1', [secondAlice, BOB, ALICE]);

  test('find knows a member by user, ip and port together', () => {
    expect(membership.find(BOB)).toEqual({ ...BOB, hid: hashId('bob', '127.0.0.1', 5002) });
    for (const other of [
      { ...BOB, user: 'bo' },
      { ...BOB, ip: '127.0.0.2' },
      { ...BOB, port: 5003 },
    ])
      expect(membership.find(other)).toBeUndefined();
  });

  test('named gives everybody with that nickname', () => {
    expect(membership.named('alice').map((member) => member.port)).toEqual([6001, 5001]);
    expect(membership.named('Alice')).toEqual([]);
  });

  test('isOrigin knows HIDs and nicknames, which others send in their place', () => {
    expect(['17852666819177020069', 'bob', 'alice'].map((origin) => membership.isOrigin(origin))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['17852666819177020070', 'carol', ''].map((origin) => membership.isOrigin(origin))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

test('clear forgets everybody, so that the same M afterwards is news again', () => {
  const membership = new Membership();
  membership.replace('1', [BOB, ALICE]);
  membership.clear();
  expect([membership.members, membership.ring, membership.named('bob')]).toEqual([[], [], []]);
  expect([membership.find(BOB), membership.isOrigin('bob')]).toEqual([undefined, false]);
  expect(users(membership.replace('1', [BOB, ALICE]).joined)).toEqual(['bob', 'alice']);
});
