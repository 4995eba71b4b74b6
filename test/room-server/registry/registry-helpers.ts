/** Shorthands for asking a registry and reading its frames. */
import { ROOM_SERVER_LIMITS } from '../../../src/limits/room-server.ts';
import { decode } from '../../../src/protocol/decode.ts';
import type { DepartFrame, JoinFrame } from '../../../src/protocol/frames.ts';
import { sdbm } from '../../../src/protocol/hash-id.ts';
import { MemoryRegistry } from '../../../src/room-server/registry/memory-registry.ts';

export const EXPIRY_MS = 60_000;

export function registry(): MemoryRegistry {
  return new MemoryRegistry({ ...ROOM_SERVER_LIMITS, memberExpiryMs: EXPIRY_MS });
}

export function join(user: string, room = 'room', ip = '127.0.0.1', port = 5001): JoinFrame {
  return { kind: 'JOIN', room, user, ip, port };
}

export function depart(user: string, room = 'room', ip = '127.0.0.1', port = 5001): DepartFrame {
  return { kind: 'DEPART', room, user, ip, port };
}

/** The M that a J is answered with. */
export function membersBytes(rooms: MemoryRegistry, connection: string, frame: JoinFrame, nowMs = 0): Buffer {
  const outcome = rooms.join(connection, frame, nowMs);
  if (outcome.kind !== 'added' && outcome.kind !== 'refreshed')
    throw new Error(`not joined: ${outcome.kind}`);
  return outcome.members;
}

/** The nicknames in that M, in its order. */
export function users(rooms: MemoryRegistry, connection: string, frame: JoinFrame, nowMs = 0): string[] {
  const members = decode(membersBytes(rooms, connection, frame, nowMs));
  if (members?.kind !== 'MEMBERS') throw new Error('not an M');
  return members.members.map(({ user }) => user);
}

/** What the MSID of an M should be: of the bytes from the second colon to the last member's colon. */
export function bodyMsid(frame: Buffer): string {
  return sdbm(frame.subarray(frame.indexOf(':', 2) + 1, frame.length - 3));
}

export function groups(rooms: MemoryRegistry): string {
  return rooms.groups().toString('latin1');
}
