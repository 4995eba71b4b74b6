import { describe, expect, test } from 'vitest';
import { decode } from '../../../src/protocol/decode.ts';
import { encode } from '../../../src/protocol/encode.ts';
import { fillRoom, nthJoin } from '../tools/big-room.ts';
import { bodyMsid, EXPIRY_MS, groups, join, membersBytes, registry, users } from './registry-helpers.ts';

describe('rooms and members', () => {
  test('without rooms G is empty', () => {
    expect(groups(registry())).toBe('G::\r\n');
  });

  test('an M is what the codec makes of the same members, with the MSID of the original server', () => {
    const rooms = registry();
    membersBytes(rooms, '1', join('alice'));
    const frame = membersBytes(rooms, '2', join('bob', 'room', '127.0.0.1', 5002));
    const bob = { user: 'bob', ip: '127.0.0.1', port: 5002 };
    const alice = { user: 'alice', ip: '127.0.0.1', port: 5001 };
    expect(frame).toEqual(encode({ kind: 'MEMBERS', msid: '5486359548435979020', members: [bob, alice] }));
  });

  test('the MSID is right after every change, in the middle too', () => {
    const rooms = registry();
    for (const [index, user] of ['a', 'bb', 'ccc', 'dddd', 'e', 'ff'].entries()) {
      const frame = membersBytes(rooms, user, join(user, 'room', '127.0.0.1', 5000 + index));
      expect(decode(frame)).toMatchObject({ msid: bodyMsid(frame) });
    }
    for (const user of ['bb', 'ff', 'a', 'e', 'dddd']) {
      rooms.removeConnection(user);
      const refreshed = membersBytes(rooms, 'ccc', join('ccc', 'room', '127.0.0.1', 5002));
      expect(decode(refreshed)).toMatchObject({ msid: bodyMsid(refreshed) });
      const added = membersBytes(rooms, 'new', join(`new-${user}`));
      expect(decode(added)).toMatchObject({ msid: bodyMsid(added) });
    }
  });

  test('members are listed newest first and a refresh reorders nothing', () => {
    const rooms = registry();
    for (const user of ['a', 'b', 'c']) rooms.join(user, join(user), 0);
    expect(users(rooms, 'a', join('a'))).toEqual(['c', 'b', 'a']);
    expect(users(rooms, 'b', join('b'))).toEqual(['c', 'b', 'a']);
  });

  test('rooms are listed newest first and a refresh reorders nothing', () => {
    const rooms = registry();
    for (const room of ['r1', 'r2', 'r3']) rooms.join(room, join('a', room), 0);
    rooms.join('r1', join('a', 'r1'), 1);
    expect(groups(rooms)).toBe('G:r3:r2:r1::\r\n');
  });

  test('names of 32 characters are listed whole', () => {
    const rooms = registry();
    const user = 'u'.repeat(32);
    const room = 'r'.repeat(32);
    expect(users(rooms, '1', join(user, room))).toEqual([user]);
    expect(groups(rooms)).toBe(`G:${room}::\r\n`);
  });
});

describe('frames are encoded once', () => {
  test('refreshes of an unchanged room are answered with the very same Buffer', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    const first = membersBytes(rooms, '2', join('bob'));
    expect(membersBytes(rooms, '1', join('alice'), 20_000)).toBe(first);
    expect(membersBytes(rooms, '3', join('alice'), 20_000)).toBe(first);
    const second = membersBytes(rooms, '3', join('carol'));
    expect(second).not.toBe(first);
    expect(first.toString('latin1')).not.toContain('carol');
    expect(membersBytes(rooms, '1', join('alice'))).toBe(second);
  });

  test('the G is the very same Buffer until a room comes or goes', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    const first = rooms.groups();
    rooms.join('2', join('bob'), 0);
    expect(rooms.groups()).toBe(first);
    rooms.join('3', join('carol', 'other'), 0);
    expect(rooms.groups()).not.toBe(first);
  });

  test('a room of 10,000 members: everybody is listed, and refreshes share one Buffer', () => {
    const rooms = registry();
    const count = 10_000;
    fillRoom(rooms, 'big', count, 0);
    const frame = membersBytes(rooms, 'other', nthJoin('big', 0), 1);
    const members = decode(frame);
    if (members?.kind !== 'MEMBERS') throw new Error('not an M');
    expect(members.members.length).toBe(count);
    expect(members.members[0]?.user).toBe(`u${count - 1}`);
    expect(frame).toEqual(encode(members));
    expect(members.msid).toBe(bodyMsid(frame));
    for (let index = 0; index < count; index += 1)
      if (membersBytes(rooms, 'other', nthJoin('big', index), 2) !== frame)
        throw new Error(`${index}: encoded anew`);
    expect(rooms.expire(EXPIRY_MS + 1).members).toEqual([]);
    const expiry = rooms.expire(EXPIRY_MS + 2);
    expect([expiry.members.length, expiry.connections.length, expiry.rooms]).toEqual([count, count, ['big']]);
  });
});
