/**
 * The fixed answers of the room server. Where the original room server has an answer, the words are its own,
 * so they may not be changed (PROTOCOL.md, "What a compatible room server answers"); the others are of the
 * same form.
 */
import { encode } from '../protocol/encode.ts';
import type { FailFrame } from '../protocol/frames.ts';
import type { DepartOutcome, JoinOutcome } from './registry/registry.ts';

/** What a client asks for, as the F names it. */
export type AskedKind = 'LIST' | 'JOIN' | 'DEPART' | 'CONNECT' | 'Unknown';

/** Why it was refused, in a word for logs and metrics. */
export type RefusedFor =
  | 'malformed'
  | 'other room'
  | 'wrong room'
  | 'not in room'
  | 'conflict'
  | 'room full'
  | 'too many rooms'
  | 'too many connections'
  | 'store away';

/** A refusal: what was asked for, why not, the sentence that says so, and the frame that carries it. */
export interface Refusal {
  readonly asked: AskedKind;
  readonly because: RefusedFor;
  readonly message: string;
  readonly bytes: Buffer;
}

function refusal(asked: AskedKind, because: RefusedFor, words: string): Refusal {
  const message = `${asked} message - ${words}!!`;
  const frame: FailFrame = { kind: 'FAIL', message };
  return { asked, because, message, bytes: encode(frame) };
}

const STORE_AWAY = 'The store of the rooms is away, try again later';

/** Every F that the room server sends. */
export const REFUSALS = {
  listFormat: refusal('LIST', 'malformed', 'Wrong format'),
  listStoreAway: refusal('LIST', 'store away', STORE_AWAY),
  joinFormat: refusal('JOIN', 'malformed', 'Wrong format'),
  joinOtherRoom: refusal('JOIN', 'other room', 'Already joined another chatroom'),
  joinConflict: refusal('JOIN', 'conflict', 'Conflict HashID'),
  joinRoomFull: refusal('JOIN', 'room full', 'The chatroom is full'),
  joinTooManyRooms: refusal('JOIN', 'too many rooms', 'There are too many chatrooms'),
  joinStoreAway: refusal('JOIN', 'store away', STORE_AWAY),
  departFormat: refusal('DEPART', 'malformed', 'Wrong format'),
  departNotInRoom: refusal('DEPART', 'not in room', 'User not in Chatroom'),
  departWrongRoom: refusal('DEPART', 'wrong room', 'Wrong chatroom'),
  departStoreAway: refusal('DEPART', 'store away', STORE_AWAY),
  tooManyConnections: refusal('CONNECT', 'too many connections', 'Too many connections from your address'),
  unknown: refusal('Unknown', 'malformed', 'Unknown request'),
} as const satisfies Record<string, Refusal>;

/** What is answered to a J that has not come to an M. */
export const JOIN_REFUSALS: Readonly<Record<Exclude<JoinOutcome['kind'], 'added' | 'refreshed'>, Refusal>> = {
  'other room': REFUSALS.joinOtherRoom,
  conflict: REFUSALS.joinConflict,
  'room full': REFUSALS.joinRoomFull,
  'too many rooms': REFUSALS.joinTooManyRooms,
  'store away': REFUSALS.joinStoreAway,
};

/** What is answered to a D that has removed nobody. */
export const DEPART_REFUSALS: Readonly<Record<Exclude<DepartOutcome, 'departed'>, Refusal>> = {
  'not in room': REFUSALS.departNotInRoom,
  'wrong room': REFUSALS.departWrongRoom,
  'store away': REFUSALS.departStoreAway,
};

/** The answer to a D. */
export const DEPART_OK: Buffer = encode({ kind: 'DEPART OK' });

/** The refusal of bytes that are no request, by the first letter of what they tried to be. */
export function refusalOfFormat(firstByte: number | undefined): Refusal {
  switch (String.fromCharCode(firstByte ?? 0)) {
    case 'L':
      return REFUSALS.listFormat;
    case 'J':
      return REFUSALS.joinFormat;
    case 'D':
      return REFUSALS.departFormat;
    default:
      return REFUSALS.unknown;
  }
}
