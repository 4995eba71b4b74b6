/**
 * What can be wrong with a neighbour, and the sentence that the user reads of it: one table for everything
 * that a peer finds out about programs at the other end of its links and datagrams. What is wrong with a
 * frame is said in the words of `p2pchat check` and `p2pchat decode` (protocol/dissect/strict-frame.ts).
 *
 * Invariant: there is a bounded number of kinds, whatever neighbours send. Names and messages from the
 * network stand in sentences as they came.
 */

import { FAULT_BYTES_MAX } from '../limits/program.ts';
import { type Member, memberKey } from '../overlay/member.ts';
import {
  faultWords,
  frameEnd,
  type StrictFrame,
  strictFrame,
  valueIn,
} from '../protocol/dissect/strict-frame.ts';
import type { RawFrame } from '../protocol/frame-decoder.ts';
import type { MemberAddress } from '../protocol/frames.ts';
import { asName, isMemberAddress, parsePort } from '../protocol/names.ts';
import { cutShort } from './cut-short.ts';

/** Who is at the other end, as far as is known. */
export interface Neighbour {
  /** Tells one from another: a member by its address, who has not said its name by its host. */
  readonly key: string;
  /** In a sentence: `bob (127.0.0.1:5002)`, or `127.0.0.1:53422`. */
  readonly who: string;
  /** On the member list, or the room server. What others are told of is bounded by itself. */
  readonly isMember: boolean;
}

/** What is wrong, found once. */
export interface Fault {
  /** It is told once of a neighbour and kind. */
  readonly kind: string;
  /** One sentence. */
  readonly words: string;
  /** The field of the frame that is wrong; `null` where it is no field. */
  readonly field: string | null;
  /** The beginning of the frame, one character a byte; `null` where there is none. */
  readonly bytes: string | null;
}

type Sentence = (who: string, detail: string) => string;

/** By kind: each sentence of a neighbour and of one detail. */
const SENTENCES = {
  'no S': (who, waited) => `${who}: no S within ${waited}.`,
  'no P': (who, waited) => `${who}: no P within ${waited}.`,
  refused: (who, message) => `${who} refused us: "${cutShort(message)}".`,
  'hung up': (who, how) => `${who} refused us: it ${how} the connection in place of S.`,
  'not listed': (_who, claim) => `${claim}.`,
  'wrong room in P': (who, rooms) => `P for room ${rooms}, from ${who}.`,
  'wrong room in T': (who, rooms) => `T for room ${rooms}, from ${who}.`,
  'wrong room in K': (who, rooms) => `K for room ${rooms}, from ${who}.`,
  'our name in P': (who) => `P from ${who} has our own address.`,
  'wrong source': (who, host) => `P from ${who} comes from ${host} (--strict-source).`,
  'wrong HID': (_who, claim) => `${claim}.`,
  echo: (who) => `${who} sends our own messages back to us.`,
  'before the handshake': (who, what) => `${what} from ${who} before the handshake.`,
  'too much before the handshake': (who, limit) =>
    `${who} has sent more than ${limit} bytes before its handshake.`,
  'out of turn': (who, what) => `${what} from ${who} out of turn: a link carries T and nothing else.`,
  'no end mark': (who) => `Bytes from ${who} have no end mark: the T behind them is read.`,
  'too long': (who) => `A frame from ${who} is too long.`,
  'no frame': (who) => `Bytes from ${who} are no frame, or one of another length.`,
  'not for datagrams': (who, what) => `${what} from ${who} in a datagram: only K and A come so.`,
  'no reply': (who, what) => `${what} from ${who} is no reply.`,
  'unasked A': (who) => `A from ${who} answers no poke.`,
  'too many K': (who, limit) => `${who} pokes more than ${limit} times in a second.`,
  'too many connections': (who, limit) => `${who} connects more than ${limit} times in a second.`,
  'crowd of handshakes': (who) => `${who} has too many connections that wait for their handshake.`,
} as const satisfies Readonly<Record<string, Sentence>>;

/** What is no fault of one field. */
export type FaultKind = keyof typeof SENTENCES;

/** Member and address: `bob (127.0.0.1:5002)`. */
export function whoIs({ user, ip, port }: MemberAddress): string {
  return `${user} (${ip}:${port})`;
}

/** A member. */
export function memberNeighbour(member: MemberAddress): Neighbour {
  return { key: memberKey(member), who: whoIs(member), isMember: true };
}

/** Somebody whom nothing is known of but an address: the next connection has another port. */
export function strangerAt({ host, port }: { readonly host: string; readonly port: number }): Neighbour {
  return { key: host, who: `${host}:${port}`, isMember: false };
}

/**
 * A fault of this kind.
 * @param detail what the kind's sentence has besides who it is.
 * @param bytes the frame that shows it.
 */
export function faultOf(kind: FaultKind, { who }: Neighbour, detail = '', bytes?: Uint8Array): Fault {
  const isOfKinds =
    kind === 'out of turn' ||
    kind === 'before the handshake' ||
    kind === 'not for datagrams' ||
    kind === 'no reply';
  const sentence: Sentence = SENTENCES[kind];
  return {
    kind: isOfKinds ? `${kind}: ${detail}` : kind,
    words: sentence(who, detail),
    field: FIELDS[kind] ?? null,
    bytes: bytes ? beginning(bytes) : null,
  };
}

const FIELDS: Readonly<Partial<Record<FaultKind, string>>> = {
  'wrong room in P': 'room',
  'wrong room in T': 'room',
  'wrong room in K': 'room',
  'wrong HID': 'originHID',
  'no end mark': 'end mark',
};

/** `other; ours is tea`: a detail of the kinds about rooms. */
export function otherRoom(room: string, ours: string | null): string {
  return `${asName(room)}; ${ours === null ? 'we are in none' : `ours is ${ours}`}`;
}

/**
 * The detail of `not listed`.
 * @param namesakes members with the nickname that the P has.
 */
export function unlisted({ user, ip, port }: MemberAddress, [listed]: readonly MemberAddress[]): string {
  const there = listed === undefined ? '' : `, which has ${user} at ${listed.ip}:${listed.port}`;
  return `${user}: not in the member list${there} (P from ${ip}:${port})`;
}

/** The detail of `wrong HID`. @param found what stands in place of the HID. */
export function otherHid({ user, ip, port, hid }: Member, found: string): string {
  const wants = `${hid}, the hash of user, IP and port without ":"`;
  return `${user}'s originHID is not the hash of ${user}${ip}:${port}: it is "${cutShort(found)}"; the contract wants ${wants}`;
}

/**
 * What the contract forbids about these bytes, which may hold more than one frame, or a part of one;
 * `undefined` where it forbids nothing.
 */
export function frameFault(neighbour: Neighbour, bytes: Uint8Array): Fault | undefined {
  const text = latin1(bytes);
  const end = frameEnd(text);
  const frame = strictFrame(Buffer.from(end < 0 ? text : text.slice(0, end), 'latin1'));
  // Of a part nobody knows how long the whole is.
  const fault = frame.faults.find(({ name }) => end >= 0 || !FIELDS_OF_WHOLES.includes(name));
  if (fault === undefined) return undefined;
  return {
    kind: `${fault.name.replace(/ \d+$/, '')} of ${frame.kind}`,
    words: faultWords(frame.kind, fault, ` from ${addressIn(frame) ?? neighbour.who}`),
    field: fault.name,
    bytes: beginning(frame.bytes),
  };
}

const FIELDS_OF_WHOLES: readonly string[] = ['end mark', 'msgLength', 'content', 'MSID'];

/** What is wrong with bytes that were not read as a frame. */
export function noFrame(neighbour: Neighbour, raw: RawFrame): Fault {
  const bytes = raw.kind === 'MALFORMED' ? raw.sample : raw.bytes;
  if (raw.kind === 'MALFORMED' && (raw.reason === 'no end mark' || raw.reason === 'too long'))
    return faultOf(raw.reason, neighbour, '', bytes);
  return frameFault(neighbour, bytes) ?? faultOf('no frame', neighbour, '', bytes);
}

/** A neighbour that has sent this frame: where it is a P, the neighbour is known by the address in it. */
export function sayingWhoItIs(neighbour: Neighbour, bytes: Uint8Array): Neighbour {
  const isHandshake = latin1(bytes.subarray(0, 2)) === 'P:';
  const address = isHandshake ? addressIn(strictFrame(Buffer.from(bytes))) : undefined;
  return address === undefined ? neighbour : { ...neighbour, key: address, who: address };
}

/** The address that a P says its sender has; `undefined` where it is none. */
function addressIn(frame: StrictFrame): string | undefined {
  const [ip, port] = [valueIn(frame, 'ip'), valueIn(frame, 'port')];
  const isSaid = frame.kind === 'HANDSHAKE' && isMemberAddress(ip) && parsePort(port) !== undefined;
  return isSaid ? `${ip}:${port}` : undefined;
}

/** One character a byte. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function beginning(bytes: Uint8Array): string {
  return latin1(bytes.subarray(0, FAULT_BYTES_MAX));
}
