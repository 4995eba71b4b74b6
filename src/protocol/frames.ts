/**
 * The frames of the protocol as plain data (PROTOCOL.md, Frames), and the words that logs, the inspector and
 * test failures use for them. JSON-safe, so a frame can travel inside a machine's event.
 */
import { asName } from './names.ts';

/** A member as the wire names it: the triple of J, M and P. */
export interface MemberAddress {
  /** Nickname: 1 to 32 printable ASCII characters without `:`. */
  readonly user: string;
  /** IPv4 in dotted decimal. */
  readonly ip: string;
  /** Listening port, the same number for TCP and UDP, 1 to 65535. */
  readonly port: number;
}

/** `L::` — asks the room server for the rooms. */
interface ListFrame {
  readonly kind: 'LIST';
}

/** `G:room1:room2::` — the rooms, newest first. */
interface GroupsFrame {
  readonly kind: 'GROUPS';
  readonly rooms: readonly string[];
}

/** `J:room:user:ip:port::` — joins a room, or refreshes the membership (KEEPALIVE). */
export interface JoinFrame extends MemberAddress {
  readonly kind: 'JOIN';
  readonly room: string;
}

/** `M:MSID:userA:ipA:portA:…::` — the members, newest first. */
interface MembersFrame {
  readonly kind: 'MEMBERS';
  /** Hash of the list in decimal: the same MSID means an unchanged list. */
  readonly msid: string;
  readonly members: readonly MemberAddress[];
}

/** `F:error message::` — the room server refuses the request. */
export interface FailFrame {
  readonly kind: 'FAIL';
  readonly message: string;
}

/** `P:room:user:ip:port:msgID::` — the connecting peer introduces itself. */
export interface HandshakeFrame extends MemberAddress {
  readonly kind: 'HANDSHAKE';
  readonly room: string;
  /** The last message ID that the connecting peer has used; 0 before the first. */
  readonly msgId: number;
}

/** `S:msgID::` — the connecting peer is accepted. */
export interface HandshakeOkFrame {
  readonly kind: 'HANDSHAKE OK';
  /** The last message ID that the answering peer has used; 0 before the first. */
  readonly msgId: number;
}

/**
 * `T:room:originHID:originUser:msgID:msgLength:content::` — a chat message on its way through the overlay.
 */
export interface TextFrame {
  readonly kind: 'TEXT';
  readonly room: string;
  /** Opaque to us: other implementations put a nickname here. */
  readonly originHid: string;
  readonly originUser: string;
  readonly msgId: number;
  /** Any bytes at all, `:` and `::\r\n` included. */
  readonly content: Uint8Array;
}

/** `K:room:user::` — a poke, by UDP; `user` is the one who pokes. */
export interface PokeFrame {
  readonly kind: 'POKE';
  readonly room: string;
  readonly user: string;
}

/** `A::` — the answer to a poke, by UDP. */
export interface AckFrame {
  readonly kind: 'ACK';
}

/** `D:room:user:ip:port::` — leaves a room; the original room server knows it, the assignment does not. */
export interface DepartFrame extends MemberAddress {
  readonly kind: 'DEPART';
  readonly room: string;
}

/** `S::` — the room server's answer to a DEPART. */
interface DepartOkFrame {
  readonly kind: 'DEPART OK';
}

/** Every frame that is cut at its end mark, which is all but TEXT. */
export type ControlFrame =
  | ListFrame
  | GroupsFrame
  | JoinFrame
  | MembersFrame
  | FailFrame
  | HandshakeFrame
  | HandshakeOkFrame
  | PokeFrame
  | AckFrame
  | DepartFrame
  | DepartOkFrame;

/** Every frame of the protocol. */
export type Frame = ControlFrame | TextFrame;

/** What a room server may be asked. */
export type RoomServerRequest = ListFrame | JoinFrame;

/** The four bytes that end every frame (PROTOCOL.md, Frames). */
export const END_MARK = '::\r\n';

/**
 * Longest TEXT header, up to and with the colon behind msgLength: room, originHID, user, msgID and msgLength
 * together take 32 + 32 + 32 + 16 + 16, their colons, and room to spare.
 */
export const TEXT_HEADER_MAX_BYTES = 256;

/** Characters of an error message that are shown. */
const FAIL_SHOWN_CHARACTERS = 200;

/** A frame in one line of words, for logs, the inspector and test failures. */
export function describeFrame(frame: Frame): string {
  switch (frame.kind) {
    case 'GROUPS':
      return `GROUPS ${frame.rooms.length} rooms`;
    case 'MEMBERS':
      return `MEMBERS ${frame.members.length} members, MSID ${frame.msid}`;
    case 'FAIL':
      return `FAIL ${frame.message.slice(0, FAIL_SHOWN_CHARACTERS)}`;
    case 'JOIN':
    case 'DEPART':
    case 'HANDSHAKE':
      return `${frame.kind} ${frame.room} ${frame.user} ${frame.ip}:${frame.port}`;
    case 'HANDSHAKE OK':
      return `HANDSHAKE OK msgID ${frame.msgId}`;
    case 'TEXT':
      // Nobody has checked these names: two words in one could say anything.
      return `TEXT ${asName(frame.room)} ${asName(frame.originUser)} msgID ${frame.msgId}, ${frame.content.length} bytes`;
    case 'POKE':
      return `POKE ${frame.room} ${frame.user}`;
    default:
      return frame.kind;
  }
}
