/**
 * Frames as the tests expect and send them: written out by hand from PROTOCOL.md, without the program's own
 * encoder, one character per byte.
 */

/** A member as the wire names it. */
export interface Address {
  readonly user: string;
  readonly ip: string;
  readonly port: number;
}

/** The address that everybody in these tests has, and what `localhost` means (PROTOCOL.md, Frames). */
export const LOOPBACK = '127.0.0.1';

/** The room that the tests chat in. */
export const ROOM = 'room1';

/** The frame that asks for the rooms. */
export const LIST = 'L::\r\n';
/** The answer to a poke. */
export const ACK = 'A::\r\n';

const HASH_BITS = 64;

/** The 64-bit sdbm hash in decimal, as PROTOCOL.md writes it down. */
export function sdbm(text: string): string {
  let hash = 0n;
  for (const byte of Buffer.from(text, 'latin1')) {
    hash = BigInt.asUintN(HASH_BITS, BigInt(byte) + (hash << 6n) + (hash << 16n) - hash);
  }
  return hash.toString();
}

/** The HID of a member. */
export function hid({ user, ip, port }: Address): string {
  return sdbm(`${user}${ip}${port}`);
}

/** The others in the order in which `self` dials them: behind it in the ring, wrapping around. */
export function ringFrom<Member extends Address>(self: Address, others: readonly Member[]): Member[] {
  const place = (member: Address) => BigInt(hid(member));
  const sorted = [...others].sort((one, other) => (place(one) < place(other) ? -1 : 1));
  const behind = sorted.filter((member) => place(member) > place(self));
  return [...behind, ...sorted.filter((member) => place(member) < place(self))];
}

function triple({ user, ip, port }: Address): string {
  return `${user}:${ip}:${port}`;
}

/** `J:room:user:ip:port::` */
export function join(member: Address, room = ROOM): string {
  return `J:${room}:${triple(member)}::\r\n`;
}

/** `M:MSID:userA:ipA:portA:…::` */
export function members(list: readonly Address[]): string {
  const body = list.map((member) => `${triple(member)}:`).join('');
  return `M:${sdbm(body)}:${body.slice(0, -1)}::\r\n`;
}

/** `P:room:user:ip:port:msgID::` */
export function handshake(member: Address, msgId = 0, room = ROOM): string {
  return `P:${room}:${triple(member)}:${msgId}::\r\n`;
}

/** `S:msgID::` */
export function handshakeOk(msgId = 0): string {
  return `S:${msgId}::\r\n`;
}

/** `T:room:originHID:originUser:msgID:msgLength:content::`; the content one character per byte. */
export function text(origin: Address, msgId: number, content: string, room = ROOM): string {
  return `T:${room}:${hid(origin)}:${origin.user}:${msgId}:${content.length}:${content}::\r\n`;
}

/** `K:room:user::` */
export function poke(user: string, room = ROOM): string {
  return `K:${room}:${user}::\r\n`;
}
