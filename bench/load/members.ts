/** Members of big rooms, each with a name and an address of its own. */
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { NAME_MAX_CHARACTERS } from '../../src/protocol/names.ts';

const BYTE = 256;
const PORT = 5_000;
const LONGEST_PORT = 50_000;
const HUNDRED = 100;

/** The member with this number, below 16 million. */
export function memberOf(number: number): MemberAddress {
  const [high, middle, low] = [
    Math.floor(number / BYTE / BYTE),
    Math.floor(number / BYTE) % BYTE,
    number % BYTE,
  ];
  return { user: `user${number}`, ip: `10.${high}.${middle}.${low}`, port: PORT };
}

/** The member with this number, below a million, whose name, address and port are as long as they may be. */
export function longestMemberOf(number: number): MemberAddress {
  const octets = [HUNDRED * HUNDRED, HUNDRED, 1].map(
    (unit) => HUNDRED + (Math.floor(number / unit) % HUNDRED),
  );
  const user = `user${number}`.padEnd(NAME_MAX_CHARACTERS, 'x');
  return { user, ip: ['110', ...octets].join('.'), port: LONGEST_PORT };
}
