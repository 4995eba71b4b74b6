/** A member of a room with its place in the ring. */
import type { MemberAddress } from '../protocol/frames.ts';
import { hashId } from '../protocol/hash-id.ts';

/** What the wire tells of a member, and its HID in decimal. */
export interface Member extends MemberAddress {
  readonly hid: string;
}

/** Computes the HID of an address and makes it a member. */
export function toMember({ user, ip, port }: MemberAddress): Member {
  return { user, ip, port, hid: hashId(user, ip, port) };
}

/** Two members are the same when user, ip and port are; HIDs alone could collide. */
export function memberKey({ user, ip, port }: MemberAddress): string {
  return `${user}:${ip}:${port}`;
}
