import { describe, expect, it } from 'vitest';
import { type Seats, takeSeats } from '../../../../src/console/page/state/seats.ts';
import { buildOverlay, memberIndexOf } from '../../../../src/console/page/views/overlay/overlay.ts';
import type { Member } from '../../../../src/overlay/member.ts';
import { compareHashIds } from '../../../../src/protocol/hash-id.ts';
import { member } from '../made-up.ts';
import { consolePeer, joined } from './made-up-overlay.ts';

const [alice, bob, carol] = [member('alice', 5_001), member('bob', 5_002), member('carol', 5_003)];
const everybody = [alice, bob, carol];
const inOrder = [...everybody].sort((left, right) => compareHashIds(left.hid, right.hid));
const peers = [consolePeer('a'), consolePeer('b'), consolePeer('c')];
const views = {
  a: joined(alice, everybody, [['forward', bob]]),
  b: joined(bob, everybody, [
    ['backward', alice],
    ['forward', carol],
  ]),
  c: joined(carol, everybody, [['backward', bob]]),
};
const seats = takeSeats(new Map(), views);

function linkNames(overlay: ReturnType<typeof buildOverlay>): readonly string[] {
  const name = (index: number): string => overlay.members[index]?.user ?? '?';
  return overlay.links
    .map(({ from, to, isSound }) => `${name(from)}${isSound ? '→' : '⇢'}${name(to)}`)
    .sort();
}

describe('buildOverlay', () => {
  it('has the members in the order of their HIDs, and each link once, from who dialled', () => {
    const overlay = buildOverlay(peers, views, seats, 'a');
    expect(overlay.members.map(({ user }) => user)).toEqual(inOrder.map(({ user }) => user));
    expect(linkNames(overlay)).toEqual(['alice→bob', 'bob→carol']);
    expect(overlay).toMatchObject({ room: 'tea', isWhole: true, absent: [] });
  });

  it('knows of a single peer its own links only, and says that this is not all', () => {
    const overlay = buildOverlay([consolePeer('a')], { a: views.a }, seats, 'a');
    expect(overlay.members).toHaveLength(3);
    expect(linkNames(overlay)).toEqual(['alice→bob']);
    expect(overlay.isWhole).toBe(false);
  });

  it('leaves the place of a killed peer empty, and breaks links that others still believe in', () => {
    const killed = [consolePeer('a'), consolePeer('b', { isRunning: false }), consolePeer('c')];
    const left = { a: views.a, b: { ...views.b, status: null }, c: joined(carol, [alice, carol]) };
    const overlay = buildOverlay(killed, left, seats, 'a');
    expect(overlay.members.find(({ user }) => user === 'bob')).toMatchObject({ isAlive: false, peer: 'b' });
    expect(linkNames(overlay)).toEqual(['alice⇢bob']);
  });

  it('cuts a split-off peer from everybody, and does not trust its old member list', () => {
    const split = [consolePeer('a'), consolePeer('b', { isSplitOff: true }), consolePeer('c')];
    const gone = member('gone', 5_009);
    const old = { ...views, b: { ...joined(bob, [...everybody, gone], [['forward', carol]]) } };
    const overlay = buildOverlay(split, old, seats, 'a');
    expect(overlay.members.map(({ user }) => user)).not.toContain('gone');
    expect(linkNames(overlay)).toEqual(['alice⇢bob', 'bob⇢carol']);
  });

  it("shows the selected peer's room, and names the peers that are elsewhere", () => {
    const milk = { ...views, c: joined(carol, [carol], [], 'milk'), d: { ...views.a, status: null } };
    const all = [...peers, consolePeer('d', { label: 'peer 4', isRunning: false })];
    const overlay = buildOverlay(all, milk, takeSeats(new Map(), milk), 'a');
    expect(overlay.absent).toEqual([
      { id: 'c', name: 'carol', why: 'in milk', isRunning: true },
      { id: 'd', name: 'peer 4', why: 'not running', isRunning: false },
    ]);
    expect(buildOverlay(all, milk, takeSeats(new Map(), milk), 'c').room).toBe('milk');
  });

  it('takes a restarted peer off the ring until it has joined again', () => {
    const restarted = { ...joined(bob, []), members: [] };
    const status = restarted.status && {
      ...restarted.status,
      state: 'START' as const,
      room: null,
      self: null,
    };
    const overlay = buildOverlay(peers, { ...views, b: { ...restarted, status } }, seats, 'a');
    expect(memberIndexOf(overlay.members, 'b')).toBe(-1);
    // Others have it on their lists still: it is a member of which nothing more is known.
    expect(overlay.members.map(({ user }) => user)).toContain('bob');
    expect(overlay.absent.map(({ id }) => id)).toEqual(['b']);
  });

  it('is empty before anybody has joined', () => {
    const overlay = buildOverlay(peers, {}, new Map(), 'a');
    expect(overlay).toMatchObject({ room: null, members: [], links: [] });
    expect(overlay.absent).toHaveLength(3);
  });
});

describe('takeSeats', () => {
  const hidOf = (taken: Seats, id: string): string | undefined => taken.get(id)?.member.hid;

  it('remembers where a peer stood that has no address any more', () => {
    const later = takeSeats(seats, { ...views, b: { ...views.b, status: null } });
    expect(hidOf(later, 'b')).toBe(bob.hid);
    expect(later).toBe(seats);
  });

  it('moves a peer that came back as another', () => {
    const dora: Member = member('dora', 5_002);
    expect(hidOf(takeSeats(seats, { b: joined(dora, [dora]) }), 'b')).toBe(dora.hid);
    expect(hidOf(seats, 'b')).toBe(bob.hid);
  });
});
