/**
 * What the sessions and the monitor ask of the book of rooms, whoever keeps it: one process in its memory, or
 * a store that several processes share. The time is an argument, so no implementation owns a clock.
 *
 * Invariants of every implementation:
 * - a member belongs to the connection that added it; a refresh from another connection moves nothing;
 * - a connection belongs to the room of the members that it owns, so to one room at most, and to none when it
 *   owns no member (any more);
 * - within a room a HID stands for one member; members and rooms are listed newest first, and only adding and
 *   removing changes an order;
 * - an emptied room lives, and can be joined again in its old place, until the next `expire`;
 * - the frames handed out are finished and MUST NOT be changed: they may be shared by many replies.
 */
import type { RoomServerLimits } from '../../limits/room-server.ts';
import type { DepartFrame, JoinFrame, MemberAddress } from '../../protocol/frames.ts';

/** A value at once, or a promise of it from a store outside of this process; it never rejects. */
export type Answer<T> = T | Promise<T>;

/** Names one connection of this server for as long as it lives; without white space. */
export type ConnectionId = string;

/** The bounds that every registry keeps. */
export type RegistryLimits = Pick<
  RoomServerLimits,
  'memberExpiryMs' | 'roomsMax' | 'roomsPerFreeRoomMax' | 'roomMembersMax'
>;

/** Nothing has been found out, and it is not known whether something has been done: the store is away. */
export interface StoreAway {
  readonly kind: 'store away';
}

/** What a J has come to. */
export type JoinOutcome =
  | StoreAway
  /** The member is in the room now, or was already and has been heard from; `members` is the M to answer. */
  | { readonly kind: 'added' | 'refreshed'; readonly members: Buffer }
  /** The connection owns a member of another room. */
  | { readonly kind: 'other room' }
  /** The room has a member with this HID and another user name. */
  | { readonly kind: 'conflict' }
  /**
   * The room has no place for one more (`roomMembersMax`), or the book of rooms none for this address
   * (`roomsMax`, `roomsPerFreeRoomMax`).
   */
  | { readonly kind: 'room full' | 'too many rooms' };

/** What a D has come to. */
export type DepartOutcome =
  | 'departed'
  /** The connection does not own this member. */
  | 'not in room'
  /** The connection belongs to another room than the one named. */
  | 'wrong room'
  | StoreAway['kind'];

/** A member that has been removed for its silence. */
export interface ExpiredMember {
  readonly connection: ConnectionId;
  readonly room: string;
  readonly member: MemberAddress;
}

/** What one wake of the monitor has done. */
export interface Expiry {
  readonly members: readonly ExpiredMember[];
  /**
   * Owners of these members, each once: to be closed. Whatever else they owned has been removed as well.
   * Where several servers share a store, each gets its own connections only, of members that another has
   * removed, too.
   */
  readonly connections: readonly ConnectionId[];
  /** Names of the empty rooms that are gone. */
  readonly rooms: readonly string[];
}

/** How much there is. */
export interface RegistrySize {
  readonly rooms: number;
  readonly members: number;
}

/** The book of rooms and members. */
export interface Registry {
  /** The whole G frame. */
  groups(): Answer<Buffer | StoreAway>;
  /**
   * Adds a member or notes that it has been heard from. A store that several processes share goes by its own
   * time: `nowMs` is the time of a registry in memory.
   * @param address where the client is: what counts for its share of the rooms. Without one there is no
   * share.
   */
  join(connection: ConnectionId, frame: JoinFrame, nowMs: number, address?: string): Answer<JoinOutcome>;
  /** Removes a member that the connection owns. */
  depart(connection: ConnectionId, frame: DepartFrame): Answer<DepartOutcome>;
  /** Removes all members that a connection owns; a connection that owns none is no error. */
  removeConnection(connection: ConnectionId): Answer<void>;
  /** The monitor's wake: removes members not heard from for the expiry time or longer, then empty rooms. */
  expire(nowMs: number): Answer<Expiry>;
  /** For whoever watches; of the whole store, where several servers share one. */
  size(): Answer<RegistrySize | StoreAway>;
}
