/**
 * The 64-bit sdbm hash that gives members their place in the ring and member lists their MSID
 * (PROTOCOL.md, "Hash ID"). Kept as two 32-bit halves: about ten times faster than BigInt arithmetic.
 * Outside this file a hash is always its decimal string, because no JavaScript number holds 64 bits.
 */

const MULTIPLIER = 65_599; // (h << 6) + (h << 16) - h
const LOW_16 = 0xffff;

/** sdbm over bytes, modulo 2^64, in decimal. */
export function sdbm(bytes: Uint8Array): string {
  let high = 0;
  let low = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    // The low half is multiplied in two 16-bit steps, so that no intermediate value passes 2^53.
    const low0 = (low & LOW_16) * MULTIPLIER + (bytes[index] as number);
    const low1 = (low >>> 16) * MULTIPLIER + Math.floor(low0 / 0x10000);
    high = (Math.imul(high, MULTIPLIER) + Math.floor(low1 / 0x10000)) | 0;
    low = ((low1 & LOW_16) << 16) | (low0 & LOW_16);
  }
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString();
}

/** The HID of a member: sdbm of user + ip + port, written one after the other (PROTOCOL.md, "Hash ID"). */
export function hashId(user: string, ip: string, port: number): string {
  const text = `${user}${ip}${port}`;
  // As latin1 has it; a browser, whose page hashes too, has no Buffer.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return sdbm(bytes);
}

/** Orders two HIDs by their numeric value; usable with `Array.sort`. */
export function compareHashIds(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
