/** Who is at the other end of a link: as many as there may be. */
import { expect, test } from 'vitest';
import { PartyBook } from '../../../src/console/feed/party-book.ts';
import { toMember } from '../../../src/overlay/member.ts';

test('a party book forgets the oldest, which is an address again', () => {
  const book = new PartyBook(2);
  const members = [1, 2, 3].map((number) =>
    toMember({ user: `peer${number}`, ip: '10.0.0.1', port: number }),
  );
  book.learnMembers(members);
  const partyOf = (port: number) => book.of('forward-1', `10.0.0.1:${port}`);
  expect(partyOf(1)).toEqual({ kind: 'address', address: '10.0.0.1:1' });
  expect(partyOf(2)).toEqual({ kind: 'member', hid: members[1]?.hid, user: 'peer2' });
  expect(partyOf(3)).toEqual({ kind: 'member', hid: members[2]?.hid, user: 'peer3' });
});
