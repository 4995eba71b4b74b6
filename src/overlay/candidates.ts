/** Whom to link to, in which order (PROTOCOL.md, "Choosing the forward link"). Pure. */
import { compareHashIds } from '../protocol/hash-id.ts';
import type { Member } from './member.ts';

/**
 * The members behind `self` in HID order, wrapping around, without ourselves. An entry with our own address
 * is ourselves under whatever name: nobody links to itself.
 * @param ring members in numeric HID order, as `Membership.ring` has them.
 */
export function forwardCandidates(ring: readonly Member[], self: Member): Member[] {
  const behind = ring.findIndex((member) => compareHashIds(member.hid, self.hid) > 0);
  const start = Math.max(behind, 0);
  return [...ring.slice(start), ...ring.slice(0, start)].filter((member) => !isSameAddress(member, self));
}

/**
 * Which of two members `self` chooses first: the one that comes sooner behind it on the ring. Asks no list,
 * because a room server that has lost its memory lists only some for a while.
 * @returns negative where it is `one`, positive where it is `other`; usable with `Array.sort`.
 */
export function compareChoices(self: Member, one: Member, other: Member): number {
  const isBehind = ({ hid }: Member) => compareHashIds(hid, self.hid) > 0;
  if (isBehind(one) !== isBehind(other)) return isBehind(one) ? -1 : 1;
  return compareHashIds(one.hid, other.hid);
}

function isSameAddress(member: Member, self: Member): boolean {
  return member.ip === self.ip && member.port === self.port;
}
