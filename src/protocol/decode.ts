/**
 * Bytes of one frame, already cut out by the decoder, to its fields. A pure function that never throws:
 * whatever is not exactly a frame of the protocol comes back as `undefined`.
 *
 * `S` means HANDSHAKE OK between peers and DEPART OK from a room server; `S::` has no msgID, so the two
 * differ.
 */

import { type ControlFrame, END_MARK, type MemberAddress } from './frames.ts';
import { isIpv4, isMemberAddress, isName, parseCount, parsePort } from './names.ts';

const MSID = /^\d{1,20}$/;

/** @param isAddress what stands for an address there: a room server takes J from none but IPv4 ones. */
function address(
  fields: readonly string[],
  at: number,
  isAddress: (text: string) => boolean,
): MemberAddress | undefined {
  const [user = '', ip = '', portText = ''] = fields.slice(at, at + 3);
  const port = parsePort(portText);
  return isName(user) && isAddress(ip) && port !== undefined ? { user, ip, port } : undefined;
}

function membership(kind: 'JOIN' | 'DEPART', fields: readonly string[]): ControlFrame | undefined {
  const room = fields[1] ?? '';
  const member = address(fields, 2, isIpv4);
  return fields.length === 5 && isName(room) && member ? { kind, room, ...member } : undefined;
}

/** Some programs leave out the msgID: they have said nothing, as far as they tell. */
function handshake(fields: readonly string[]): ControlFrame | undefined {
  const room = fields[1] ?? '';
  const member = address(fields, 2, isMemberAddress);
  const msgId = parseCount(fields[5] ?? '0');
  if (fields.length < 5 || fields.length > 6 || !isName(room) || !member || msgId === undefined)
    return undefined;
  return { kind: 'HANDSHAKE', room, ...member, msgId };
}

function handshakeOk(fields: readonly string[]): ControlFrame | undefined {
  if (fields.length === 1) return { kind: 'DEPART OK' };
  const msgId = parseCount(fields[1] ?? '');
  return fields.length === 2 && msgId !== undefined ? { kind: 'HANDSHAKE OK', msgId } : undefined;
}

function members(fields: readonly string[]): ControlFrame | undefined {
  const msid = fields[1] ?? '';
  if (!MSID.test(msid) || (fields.length - 2) % 3 !== 0) return undefined;
  const list: MemberAddress[] = [];
  for (let at = 2; at < fields.length; at += 3) {
    const member = address(fields, at, isMemberAddress);
    // The original room server garbles names of 32 characters: one bad entry must not cost us the list.
    if (member) list.push(member);
  }
  return { kind: 'MEMBERS', msid, members: list };
}

function groups(fields: readonly string[]): ControlFrame | undefined {
  const rooms = fields.slice(1);
  return { kind: 'GROUPS', rooms: rooms.filter(isName) };
}

function poke(fields: readonly string[]): ControlFrame | undefined {
  const [, room = '', user = ''] = fields;
  return fields.length === 3 && isName(room) && isName(user) ? { kind: 'POKE', room, user } : undefined;
}

/**
 * The fields of a frame that was cut at its end mark (every kind but TEXT).
 * @param bytes the whole frame, its end mark included, as the decoder or a datagram delivers it.
 * @returns `undefined` where the bytes are no such frame.
 */
export function decode(bytes: Buffer): ControlFrame | undefined {
  return decodeCharacters(bytes.toString('latin1'));
}

/** The same of bytes as a string, one character a byte (latin1): a browser has no Buffer. */
export function decodeCharacters(bytes: string): ControlFrame | undefined {
  if (!bytes.endsWith(END_MARK)) return undefined;
  const text = bytes.slice(0, -END_MARK.length);
  const fields = text.split(':');
  switch (fields[0]) {
    case 'L':
      return fields.length === 1 ? { kind: 'LIST' } : undefined;
    case 'G':
      return groups(fields);
    case 'J':
      return membership('JOIN', fields);
    case 'M':
      return members(fields);
    case 'F':
      return text.length > 2 ? { kind: 'FAIL', message: text.slice(2) } : undefined;
    case 'P':
      return handshake(fields);
    case 'S':
      return handshakeOk(fields);
    case 'K':
      return poke(fields);
    case 'A':
      return fields.length === 1 ? { kind: 'ACK' } : undefined;
    case 'D':
      return membership('DEPART', fields);
    default:
      return undefined;
  }
}
