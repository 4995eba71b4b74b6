/**
 * How the tables of this folder spread what they hold: 32-bit numbers mixed so that each bit of what goes in
 * changes about half of what comes out (the last steps of xxHash and MurmurHash do the same). One is made of
 * each message that comes, so it is a few multiplications, and no hash of `node:crypto`.
 *
 * What is mixed MUST hold a fingerprint (fingerprint.ts): the secret seed is in there, and none here.
 */

const UINT32_LIMIT = 0x1_0000_0000;

/**
 * 2^32 divided by the golden ratio, made odd, as a signed number like everything that is calculated with it.
 */
export const MULTIPLIER = 0x9e3779b1 | 0;

/** A 32-bit number, mixed. */
export function mixed(number: number): number {
  const once = Math.imul(number ^ (number >>> 15), MULTIPLIER);
  const twice = Math.imul(once ^ (once >>> 13), MULTIPLIER);
  return twice ^ (twice >>> 16);
}

/** The half of a number below 2^53 that its lowest 32 bits do not hold. */
export function highHalf(number: number): number {
  return number < UINT32_LIMIT ? 0 : Math.floor(number / UINT32_LIMIT);
}
