/** Members in the order of the ring: whom a peer dials first (PROTOCOL.md, "Choosing the forward link"). */
import { compareHashIds } from '../../protocol/hash-id.ts';

/** These members, the one just behind this HID first. */
export function ringAfter<Member extends { readonly hid: string }>(
  hid: string,
  members: readonly Member[],
): Member[] {
  const sorted = members.toSorted((one, other) => compareHashIds(one.hid, other.hid));
  const behind = sorted.filter((member) => compareHashIds(member.hid, hid) > 0);
  return [...behind, ...sorted.filter((member) => compareHashIds(member.hid, hid) <= 0)];
}
