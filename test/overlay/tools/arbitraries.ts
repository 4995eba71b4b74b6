/** Random member lists for the property tests of the overlay. */
import fc from 'fast-check';
import { memberKey, toMember } from '../../../src/overlay/member.ts';
import type { MemberAddress } from '../../../src/protocol/frames.ts';

/** Few names, addresses and ports, so that two members often share some of them. */
export const closeAddress: fc.Arbitrary<MemberAddress> = fc.record({
  user: fc.constantFrom('alice', 'alice1', 'bob', 'carol', 'u'.repeat(32)),
  ip: fc.constantFrom('127.0.0.1', '27.0.0.1', '10.0.0.9'),
  port: fc.constantFrom(1, 5001, 5002, 65_535),
});

/** A member list, each member once. */
export const closeList = fc.uniqueArray(closeAddress, { selector: memberKey, maxLength: 12 });

/** A member list as room servers keep it: each HID once. */
export const distinctList = fc.uniqueArray(closeAddress, {
  selector: (address) => toMember(address).hid,
  minLength: 1,
  maxLength: 12,
});
