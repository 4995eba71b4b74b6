/** Members of big rooms, each with a name and an address of its own. */
import type { MemberAddress } from '../../src/protocol/frames.ts';

const BYTE = 256;
const PORT = 5_000;

/** The member with this number, below 16 million. */
export function memberOf(number: number): MemberAddress {
  const [high, middle, low] = [
    Math.floor(number / BYTE / BYTE),
    Math.floor(number / BYTE) % BYTE,
    number % BYTE,
  ];
  return { user: `user${number}`, ip: `10.${high}.${middle}.${low}`, port: PORT };
}
