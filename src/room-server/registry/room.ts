/**
 * One room of the memory registry: who is in it, since when it has been heard from, and the M frame.
 *
 * Invariants: one member per HID; the order is that of adding, and a refresh changes neither the order nor
 * the frame; the frame of an unchanged room is encoded once, so a refresh costs the same in a room of 10,000.
 */
import type { MemberAddress } from '../../protocol/frames.ts';
import { MembersFrame, memberEntry } from './members-frame.ts';
import type { ConnectionId } from './registry.ts';

/** A member of a room. */
interface RoomMember {
  readonly address: MemberAddress;
  /** The connection that added it. */
  readonly owner: ConnectionId;
  /** `user:ip:port:`, its part of the M. */
  readonly entry: string;
  heardMs: number;
}

/** The members of one room. */
export class RegisteredRoom {
  readonly name: string;
  /** The address that has made it, where that is known. */
  readonly maker: string | undefined;
  /** By HID, oldest first: a Map keeps the order of adding and removes from its middle in constant time. */
  readonly #members = new Map<string, RoomMember>();
  /** Undefined while the room is empty, and from a removal until somebody asks. */
  #frame: MembersFrame | undefined;

  constructor(name: string, maker?: string) {
    this.name = name;
    this.maker = maker;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Every member, oldest first. */
  members(): IterableIterator<RoomMember> {
    return this.#members.values();
  }

  get(hid: string): RoomMember | undefined {
    return this.#members.get(hid);
  }

  /** Puts a member at the head of the list. */
  add(hid: string, { user, ip, port }: MemberAddress, owner: ConnectionId, nowMs: number): void {
    if (this.#members.has(hid)) throw new Error(`HID ${hid} is in the room ${this.name} already`);
    const address = { user, ip, port };
    const entry = memberEntry(address);
    this.#members.set(hid, { address, owner, entry, heardMs: nowMs });
    this.#frame = this.#frame?.prepend(entry);
  }

  remove(hid: string): void {
    if (this.#members.delete(hid)) this.#frame = undefined;
  }

  /** The M frame, newest member first; the same Buffer until the room changes. Not of an empty room. */
  frame(): Buffer {
    this.#frame ??= MembersFrame.of([...this.#members.values()].map((member) => member.entry).reverse());
    return this.#frame.bytes;
  }
}
