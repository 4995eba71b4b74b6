/** Whom to link to, in which order (PROTOCOL.md, "Choosing the forward link"). Pure. */
import type { MemberAddress } from '../../protocol/frames.ts';
import { compareHashIds } from '../../protocol/hash-id.ts';
import { dialled, isHostAddress, isLoopback } from '../../protocol/names.ts';
import type { Member } from '../member.ts';

/**
 * The members behind `self` in HID order, wrapping around, without those at an address where nobody but
 * ourselves can be: nobody links to itself, under whatever name.
 * @param ring members in numeric HID order, as `Membership.ring` has them.
 */
export function forwardCandidates(ring: readonly Member[], self: Member): Member[] {
  const behind = ring.findIndex((member) => compareHashIds(member.hid, self.hid) > 0);
  const start = Math.max(behind, 0);
  return [...ring.slice(start), ...ring.slice(0, start)].filter((member) => canBeReached(self, member));
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

/**
 * True if a connect to this address, from the computer of `self`, reaches `self`: its own address, or, at its
 * port, one that every computer has for itself. That entry may be of a member on another computer.
 */
export function leadsTo(self: MemberAddress, { ip, port }: MemberAddress): boolean {
  if (port !== self.port) return false;
  const [there, own] = [dialled(ip), dialled(self.ip)];
  return there === own || (isLoopback(there) && !isLoopback(own));
}

/**
 * False where a connect or a poke from the computer of `self` could reach nobody but ourselves, whatever a
 * list says: our own address, an address that no host has, or a loopback address while ours is none: who is
 * there is on our computer, and no member of a room on others.
 */
export function canBeReached(self: MemberAddress, member: MemberAddress): boolean {
  const there = dialled(member.ip);
  if (!isHostAddress(there) || leadsTo(self, member)) return false;
  return !isLoopback(there) || isLoopback(dialled(self.ip));
}
