/** Which colour a nickname has: the same one in the terminal and on the page, and at every start. */
import { sdbm } from '../protocol/hash-id.ts';

/**
 * The number of a nickname's colour, from 0 on. Nicknames that differ in their last character only have
 * different ones.
 * @param colours how many there are.
 */
export function colourOfNickname(user: string, colours: number): number {
  return Number(BigInt(sdbm(new TextEncoder().encode(user))) % BigInt(colours));
}
