/** Who is at the other end of a link: as many as there may be. */
import { expect, test } from 'vitest';
import { PartyBook } from '../../src/console/feed/party-book.ts';
import { toMember } from '../../src/overlay/member.ts';
import { viewOfWhole } from '../../src/protocol/frame-view.ts';

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
