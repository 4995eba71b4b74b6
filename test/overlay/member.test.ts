/** Goal: a member is who user, ip and port say, with the HID of PROTOCOL.md. */
import { expect, test } from 'vitest';
import { memberKey, toMember } from '../../src/overlay/member.ts';

const ALICE = { user: 'alice', ip: '127.0.0.1', port: 5001 };

test('a member carries its HID and nothing else of what it was made from', () => {
  const frame = { kind: 'JOIN', room: 'room', ...ALICE } as const;
  expect(toMember(frame)).toEqual({ ...ALICE, hid: '3382070009828795609' });
});

test('members with the same HID are two members all the same', () => {
  const twin = { user: 'alice1', ip: '27.0.0.1', port: 5001 };
  expect(toMember(twin).hid).toBe(toMember(ALICE).hid);
  expect(memberKey(twin)).not.toBe(memberKey(ALICE));
});
