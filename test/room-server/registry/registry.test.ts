import { describe, expect, test } from 'vitest';
import { hashId } from '../../../src/protocol/hash-id.ts';
import { depart, EXPIRY_MS, groups, join, registry, users } from './registry-helpers.ts';

describe('who is who', () => {
  test('the same HID under another user name is a conflict, in the same room only', () => {
    const rooms = registry();
    expect(hashId('alice1', '27.0.0.1', 5001)).toBe(hashId('alice', '127.0.0.1', 5001));
    rooms.join('1', join('alice'), 0);
    expect(rooms.join('2', join('alice1', 'room', '27.0.0.1'), 0)).toEqual({ kind: 'conflict' });
    expect(rooms.join('2', join('alice1', 'other', '27.0.0.1'), 0).kind).toBe('added');
  });

  test('a conflict neither refreshes the member nor binds the connection to the room', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    rooms.join('2', join('alice1', 'room', '27.0.0.1'), 30_000);
    expect(rooms.expire(EXPIRY_MS).connections).toEqual(['1']);
    expect(rooms.join('2', join('alice1', 'other', '27.0.0.1'), 30_000).kind).toBe('added');
  });

  test('a connection that owns a member is refused in another room, which is not created', () => {
    const rooms = registry();
    rooms.join('1', join('alice', 'r1'), 0);
    expect(rooms.join('1', join('alice', 'r2'), 0)).toEqual({ kind: 'other room' });
    expect(groups(rooms)).toBe('G:r1::\r\n');
  });

  test('a refresh from another connection moves no ownership and binds that connection to nothing', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    expect(rooms.join('2', join('alice'), 0).kind).toBe('refreshed');
    expect(rooms.depart('2', depart('alice'))).toBe('not in room');
    rooms.removeConnection('2');
    expect(users(rooms, '3', join('bob'))).toEqual(['bob', 'alice']);
    expect(rooms.join('2', join('alice', 'other'), 0).kind).toBe('added');
    rooms.removeConnection('1');
    expect(users(rooms, '3', join('bob'))).toEqual(['bob']);
  });

  test('all members of a connection are removed with it, those of others stay', () => {
    const rooms = registry();
    for (const user of ['a', 'b']) rooms.join('1', join(user), 0);
    rooms.join('2', join('c'), 0);
    expect(users(rooms, '1', join('a'))).toEqual(['c', 'b', 'a']);
    rooms.removeConnection('1');
    expect(users(rooms, '2', join('c'))).toEqual(['c']);
    rooms.removeConnection('1');
    expect(users(rooms, '2', join('c'))).toEqual(['c']);
  });
});

describe('DEPART', () => {
  test('removes the own member and frees the connection for another room', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    rooms.join('2', join('bob'), 0);
    expect(rooms.depart('1', depart('alice'))).toBe('departed');
    expect(users(rooms, '2', join('bob'))).toEqual(['bob']);
    expect(rooms.depart('1', depart('alice'))).toBe('not in room');
    expect(rooms.join('1', join('alice', 'other'), 0).kind).toBe('added');
  });

  test('of one of two members leaves the connection in the room', () => {
    const rooms = registry();
    for (const user of ['a', 'b']) rooms.join('1', join(user), 0);
    expect(rooms.depart('1', depart('a'))).toBe('departed');
    expect(rooms.join('1', join('a', 'other'), 0)).toEqual({ kind: 'other room' });
    expect(rooms.depart('1', depart('b'))).toBe('departed');
    expect(rooms.join('1', join('a', 'other'), 0).kind).toBe('added');
  });

  test('names another room than the own: wrong room, and nothing is removed', () => {
    const rooms = registry();
    rooms.join('1', join('alice', 'r1'), 0);
    rooms.join('2', join('alice', 'r2'), 0);
    expect(rooms.depart('1', depart('alice', 'r2'))).toBe('wrong room');
    expect(rooms.join('3', join('alice', 'r2'), 0).kind).toBe('refreshed');
    expect(rooms.join('3', join('alice', 'r1'), 0).kind).toBe('refreshed');
  });

  test('of a member of somebody else, or under another name with the same HID, removes nothing', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    rooms.join('2', join('bob'), 0);
    expect(rooms.depart('2', depart('alice'))).toBe('not in room');
    expect(rooms.depart('1', depart('alice1', 'room', '27.0.0.1'))).toBe('not in room');
    expect(users(rooms, '2', join('bob'))).toEqual(['bob', 'alice']);
  });
});

describe('the monitor', () => {
  test('a member silent for exactly 60 s at a wake is removed, one millisecond less is not', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    rooms.join('2', join('bob'), 1);
    const { members, connections, rooms: removed } = rooms.expire(EXPIRY_MS);
    const alice = { user: 'alice', ip: '127.0.0.1', port: 5001 };
    expect(members).toEqual([{ connection: '1', room: 'room', member: alice }]);
    expect(connections).toEqual(['1']);
    expect(removed).toEqual([]);
    expect(users(rooms, '2', join('bob'), EXPIRY_MS)).toEqual(['bob']);
  });

  test('a refresh of any connection counts, and the owner is the one to be closed', () => {
    const rooms = registry();
    rooms.join('1', join('alice'), 0);
    rooms.join('2', join('alice'), 30_000);
    expect(rooms.expire(EXPIRY_MS + 29_999).connections).toEqual([]);
    expect(rooms.expire(EXPIRY_MS + 30_000).connections).toEqual(['1']);
  });

  test('a connection is closed for its silent member, so its other member goes as well', () => {
    const rooms = registry();
    rooms.join('1', join('silent'), 0);
    rooms.join('1', join('fresh'), 50_000);
    rooms.join('2', join('other'), 50_000);
    expect(rooms.expire(EXPIRY_MS).connections).toEqual(['1']);
    expect(users(rooms, '2', join('other'), EXPIRY_MS)).toEqual(['other']);
  });

  test('two silent members of one connection name it once', () => {
    const rooms = registry();
    for (const user of ['a', 'b']) rooms.join('1', join(user), 0);
    const expiry = rooms.expire(EXPIRY_MS);
    expect(expiry.members.length).toBe(2);
    expect(expiry.connections).toEqual(['1']);
  });

  test('an emptied room stays, keeps its place and can be joined again, until the next wake', () => {
    const rooms = registry();
    rooms.join('1', join('a', 'r1'), 0);
    rooms.join('2', join('b', 'r2'), 0);
    rooms.removeConnection('1');
    expect(groups(rooms)).toBe('G:r2:r1::\r\n');
    expect(users(rooms, '3', join('c', 'r1'))).toEqual(['c']);
    expect(groups(rooms)).toBe('G:r2:r1::\r\n');
    rooms.depart('3', depart('c', 'r1'));
    expect(rooms.expire(1).rooms).toEqual(['r1']);
    expect(groups(rooms)).toBe('G:r2::\r\n');
  });

  test('a room emptied by a wake is gone in the same wake, and its name is new again', () => {
    const rooms = registry();
    rooms.join('1', join('a', 'r1'), 0);
    rooms.join('2', join('b', 'r2'), 10_000);
    expect(rooms.expire(EXPIRY_MS).rooms).toEqual(['r1']);
    expect(groups(rooms)).toBe('G:r2::\r\n');
    rooms.join('1', join('a', 'r1'), EXPIRY_MS);
    expect(groups(rooms)).toBe('G:r1:r2::\r\n');
  });
});
