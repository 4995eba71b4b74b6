/**
 * What a name, an address and a port may look like on the wire. Encoding refuses whatever decoding would not
 * read back, so no name can smuggle a `:` field or an end mark into a frame.
 */

/** Longest user or room name, in characters (PROTOCOL.md, Frames). */
export const NAME_MAX_CHARACTERS = 32;

const NAME = /^[\x21-\x39\x3b-\x7e]{1,32}$/;
const DECIMAL = /^(0|[1-9]\d*)$/;
const OCTET_MAX = 255;
const PORT_MAX = 65_535;

/** True for one word of 1 to 32 printable ASCII characters without `:` (PROTOCOL.md, Frames). */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** The text itself where it is a name; else one word that is as near to it as can be: `two?words`. */
export function asName(text: string): string {
  if (isName(text)) return text;
  return text.replace(/[^\x21-\x39\x3b-\x7e]/g, '?').slice(0, NAME_MAX_CHARACTERS) || '?';
}

/** True for an IPv4 address in dotted decimal, without leading zeros. */
export function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => DECIMAL.test(octet) && Number(octet) <= OCTET_MAX);
}

/** The one word that stands for an address: other implementations send it (PROTOCOL.md). */
const LOCALHOST = 'localhost';
/** Where only this computer is reached, and what the word means: never `::1` (PROTOCOL.md, Frames). */
export const LOOPBACK = '127.0.0.1';

/** True for what a member may be listed with: an IPv4 address, or the word `localhost`. */
export function isMemberAddress(text: string): boolean {
  return text === LOCALHOST || isIpv4(text);
}

/** The IPv4 address that a member's address means; HIDs and frames keep the word as it stands. */
export function dialled(address: string): string {
  return address === LOCALHOST ? LOOPBACK : address;
}

/** True for an IPv4 address of this machine itself (127.0.0.0/8). */
export function isLoopback(ip: string): boolean {
  return isIpv4(ip) && ip.startsWith('127.');
}

const FIRST_OCTET_MAX = 223;

/**
 * True for an IPv4 address that one host can have: neither "this network" (0.0.0.0/8), nor multicast
 * (224.0.0.0/4), nor reserved, broadcast included (240.0.0.0/4).
 */
export function isHostAddress(ip: string): boolean {
  if (!isIpv4(ip)) return false;
  const first = Number.parseInt(ip, 10);
  return first > 0 && first <= FIRST_OCTET_MAX;
}

/** Reads a port from 1 to 65535 in decimal; `undefined` for anything else. */
export function parsePort(text: string): number | undefined {
  if (text.length > 5 || !DECIMAL.test(text)) return undefined;
  const port = Number(text);
  return isPort(port) ? port : undefined;
}

/** True for a whole number from 1 to 65535. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= PORT_MAX;
}

/**
 * Reads a non-negative decimal integer that a JavaScript number holds exactly; `undefined` for anything else.
 */
export function parseCount(text: string): number | undefined {
  if (text.length > 16 || !/^\d+$/.test(text)) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : undefined;
}
