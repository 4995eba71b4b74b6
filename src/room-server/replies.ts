/**
 * The fixed answers of the room server. The words are those of the original room server, so they may not be
 * changed (PROTOCOL.md, "What a compatible room server answers").
 */
import { encode } from '../protocol/encode.ts';
import type { FailFrame } from '../protocol/frames.ts';

/** A refusal: its sentence, and the frame that carries it. */
export interface Refusal {
  readonly message: string;
  readonly bytes: Buffer;
}

function refusal(message: string): Refusal {
  const frame: FailFrame = { kind: 'FAIL', message };
  return { message, bytes: encode(frame) };
}

/** Every F that the room server sends. */
export const REFUSALS = {
  listFormat: refusal('LIST message - Wrong format!!'),
  joinFormat: refusal('JOIN message - Wrong format!!'),
  joinOtherRoom: refusal('JOIN message - Already joined another chatroom!!'),
  joinConflict: refusal('JOIN message - Conflict HashID!!'),
  departFormat: refusal('DEPART message - Wrong format!!'),
  departNotInRoom: refusal('DEPART message - User not in Chatroom!!'),
  departWrongRoom: refusal('DEPART message - Wrong chatroom!!'),
  unknown: refusal('Unknown message - Unknown request!!'),
} as const satisfies Record<string, Refusal>;

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
