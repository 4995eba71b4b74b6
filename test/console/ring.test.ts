/** What is kept of the past: the newest, in order, as many as there may be. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PartyBook } from '../../src/console/feed/party-book.ts';
import { Ring } from '../../src/console/feed/ring.ts';
import { toMember } from '../../src/overlay/member.ts';
import { viewOfWhole } from '../../src/protocol/frame-view.ts';

test('a ring gives what an array of everything would, as far as it is kept', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.nat(30),
      fc.nat(30),
      fc.nat(10),
      (max, added, serial, count) => {
        const ring = new Ring<{ serial: number }>(max);
        for (let number = 0; number < added; number += 1) ring.add({ serial: ring.next });
        const everything = Array.from({ length: added }, (_, index) => ({ serial: index + 1 }));
        const kept = everything.slice(-max);
        expect(ring.last).toBe(added);
        expect(ring.after(serial, count)).toEqual(
          kept.filter((item) => item.serial > serial).slice(0, count),
        );
      },
    ),
  );
});

test('a ring takes the next item only', () => {
  const ring = new Ring<{ serial: number }>(2);
  ring.add({ serial: 1 });
  for (const serial of [0, 1, 3]) expect(() => ring.add({ serial })).toThrow(TypeError);
  expect(ring.after(0, 2)).toEqual([{ serial: 1 }]);
});

test('a party book forgets the oldest, which is an address again', () => {
  const book = new PartyBook(2);
  const members = [1, 2, 3].map((number) =>
    toMember({ user: `peer${number}`, ip: '10.0.0.1', port: number }),
  );
  book.learn({ window: 'command', type: 'members changed', joined: members, left: [], count: 3 });
  const partyOf = (port: number) => {
    const remote = `10.0.0.1:${port}`;
    const frames = [viewOfWhole(Buffer.from('A::\r\n'))];
    return book.of({ type: 'frames', direction: 'out', via: 'forward-1', remote, frames });
  };
  expect(partyOf(1)).toEqual({ kind: 'address', address: '10.0.0.1:1' });
  expect(partyOf(2)).toEqual({ kind: 'member', hid: members[1]?.hid, user: 'peer2' });
  expect(partyOf(3)).toEqual({ kind: 'member', hid: members[2]?.hid, user: 'peer3' });
});
