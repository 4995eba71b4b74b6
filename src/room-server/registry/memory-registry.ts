/**
 * The registry of a room server that is one process: everything in memory, every answer at once. What it
 * promises stands in registry.ts.
 *
 * Invariant: `#owned` holds exactly the HIDs of the members in the rooms, by owner, and no owner without a
 * member; `#madeBy` counts the rooms that there are by the address that has made them.
 */
import { encode } from '../../protocol/encode.ts';
import type { DepartFrame, JoinFrame } from '../../protocol/frames.ts';
import { hidOf } from '../request-reader.ts';
import type {
  ConnectionId,
  DepartOutcome,
  ExpiredMember,
  Expiry,
  JoinOutcome,
  Registry,
  RegistryLimits,
  RegistrySize,
} from './registry.ts';
import { RegisteredRoom } from './room.ts';

/** The members of one connection: all in one room. */
interface Owned {
  readonly room: RegisteredRoom;
  readonly hids: Set<string>;
}

/** Keeps rooms and members in memory. */
export class MemoryRegistry implements Registry {
  readonly #limits: RegistryLimits;
  /** By name, oldest first. */
  readonly #rooms = new Map<string, RegisteredRoom>();
  readonly #owned = new Map<ConnectionId, Owned>();
  readonly #madeBy = new Map<string, number>();
  #groupsFrame: Buffer | undefined;

  constructor(limits: RegistryLimits) {
    this.#limits = limits;
  }

  groups(): Buffer {
    this.#groupsFrame ??= encode({ kind: 'GROUPS', rooms: [...this.#rooms.keys()].reverse() });
    return this.#groupsFrame;
  }

  join(connection: ConnectionId, frame: JoinFrame, nowMs: number, address?: string): JoinOutcome {
    const owned = this.#owned.get(connection);
    if (owned && owned.room.name !== frame.room) return { kind: 'other room' };
    const hid = hidOf(frame);
    const room = this.#rooms.get(frame.room) ?? this.#addRoom(frame.room, address);
    if (!room) return { kind: 'too many rooms' };
    const known = room.get(hid);
    if (!known) {
      if (room.size >= this.#limits.roomMembersMax) return { kind: 'room full' };
      room.add(hid, frame, connection, nowMs);
      if (owned) owned.hids.add(hid);
      else this.#owned.set(connection, { room, hids: new Set([hid]) });
      return { kind: 'added', members: room.frame() };
    }
    if (known.address.user !== frame.user) return { kind: 'conflict' };
    known.heardMs = nowMs;
    return { kind: 'refreshed', members: room.frame() };
  }

  depart(connection: ConnectionId, frame: DepartFrame): DepartOutcome {
    const owned = this.#owned.get(connection);
    if (!owned) return 'not in room';
    if (owned.room.name !== frame.room) return 'wrong room';
    const hid = hidOf(frame);
    if (!owned.hids.has(hid) || owned.room.get(hid)?.address.user !== frame.user) return 'not in room';
    owned.room.remove(hid);
    owned.hids.delete(hid);
    if (owned.hids.size === 0) this.#owned.delete(connection);
    return 'departed';
  }

  removeConnection(connection: ConnectionId): void {
    const owned = this.#owned.get(connection);
    if (!owned) return;
    for (const hid of owned.hids) owned.room.remove(hid);
    this.#owned.delete(connection);
  }

  expire(nowMs: number): Expiry {
    const members = [...this.#rooms.values()].flatMap((room) => this.#silentMembers(room, nowMs));
    const connections = [...new Set(members.map((member) => member.connection))];
    for (const connection of connections) this.removeConnection(connection);
    return { members, connections, rooms: this.#removeEmptyRooms() };
  }

  size(): RegistrySize {
    const members = [...this.#rooms.values()].reduce((sum, room) => sum + room.size, 0);
    return { rooms: this.#rooms.size, members };
  }

  #addRoom(name: string, maker: string | undefined): RegisteredRoom | undefined {
    if (!this.#hasRoomFor(maker)) return undefined;
    const room = new RegisteredRoom(name, maker);
    if (maker !== undefined) this.#madeBy.set(maker, (this.#madeBy.get(maker) ?? 0) + 1);
    this.#rooms.set(name, room);
    this.#groupsFrame = undefined;
    return room;
  }

  #hasRoomFor(maker: string | undefined): boolean {
    const { roomsMax, roomsPerFreeRoomMax } = this.#limits;
    const free = roomsMax - this.#rooms.size;
    if (maker === undefined || roomsPerFreeRoomMax === 0) return free > 0;
    return free > 0 && (this.#madeBy.get(maker) ?? 0) < roomsPerFreeRoomMax * free;
  }

  #removeRoom({ name, maker }: RegisteredRoom): void {
    this.#rooms.delete(name);
    if (maker === undefined) return;
    const others = (this.#madeBy.get(maker) ?? 0) - 1;
    if (others > 0) this.#madeBy.set(maker, others);
    else this.#madeBy.delete(maker);
  }

  #silentMembers(room: RegisteredRoom, nowMs: number): ExpiredMember[] {
    const silent: ExpiredMember[] = [];
    for (const { address, owner, heardMs } of room.members()) {
      if (nowMs - heardMs < this.#limits.memberExpiryMs) continue;
      silent.push({ connection: owner, room: room.name, member: address });
    }
    return silent;
  }

  #removeEmptyRooms(): string[] {
    const empty = [...this.#rooms.values()].filter((room) => room.size === 0);
    for (const room of empty) this.#removeRoom(room);
    if (empty.length > 0) this.#groupsFrame = undefined;
    return empty.map(({ name }) => name);
  }
}
