/** Rooms as big as they come, put into a registry without a network. */
import type { JoinFrame } from '../../../src/protocol/frames.ts';
import type { MemoryRegistry } from '../../../src/room-server/registry/memory-registry.ts';

/** The J of the nth of many members. */
export function nthJoin(room: string, index: number): JoinFrame {
  const ip = `10.0.${index >> 8}.${index & 255}`;
  return { kind: 'JOIN', room, user: `u${index}`, ip, port: 1 + index };
}

/** Adds so many members to a room, each by a connection of its own, named by its index. */
export function fillRoom(registry: MemoryRegistry, room: string, count: number, nowMs: number): void {
  for (let index = 0; index < count; index += 1)
    registry.join(`filled ${index}`, nthJoin(room, index), nowMs);
}
