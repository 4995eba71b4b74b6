/** Whom to link to, in which order (PROTOCOL.md, "Choosing the forward link"). Pure. */
import { compareHashIds } from '../protocol/hash-id.ts';
import type { Member } from './member.ts';

/**
 * The members behind `self` in HID order, wrapping around, without ourselves. An entry with our own address is
 * ourselves under whatever name: nobody links to itself.
 * @param ring members in numeric HID order, as `Membership.ring` has them.
 */
export function forwardCandidates(ring: readonly Member[], self: Member): Member[] {
  const behind = ring.findIndex((member) => compareHashIds(member.hid, self.hid) > 0);
  const start = Math.max(behind, 0);
  return [...ring.slice(start), ...ring.slice(0, start)].filter((member) => !isSameAddress(member, self));
}

function isSameAddress(member: Member, self: Member): boolean {
  return member.ip === self.ip && member.port === self.port;
}
