/**
 * A frame taken apart for the eye: every field with its name and the bytes that it stands in.
 *
 * Not a second decoder: what a frame is, the peer has decided (`kind`), and nothing here refuses anything.
 * Bytes that are cut off, malformed or beyond the known fields are shown for what they are. The names are
 * those of the protocol (PROTOCOL.md, Frames). Invariant: fields lie in order, do not overlap, and stay
 * within the bytes.
 */

import { fieldPlaces } from '../../../../../protocol/dissect/fields.ts';
import type { ConsoleFrame } from '../../../../feed/messages.ts';

/** One field of a frame and where it stands. */
export interface Field {
  readonly name: string;
  /** As text: UTF-8 where it is valid, else one character per byte. */
  readonly value: string;
  /** Of the first byte. */
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
}

/** The bytes of a frame that the server has sent, and its fields. */
interface Dissection {
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
  /** Bytes of the frame that were not sent, because it is long. */
  readonly missingBytes: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Takes a frame apart; never throws, whatever its bytes are. */
export function dissect(frame: Pick<ConsoleFrame, 'kind' | 'bytes' | 'size'>): Dissection {
  const text = atob(frame.bytes);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const missingBytes = Math.max(0, frame.size - bytes.length);
  const fields = fieldPlaces(frame.kind, text, missingBytes === 0).map(
    ({ name, start, end }): Field => ({ name, value: textOf(bytes, start, end), start, end }),
  );
  return { bytes, fields, missingBytes };
}

/** The value of the first field of that name; empty if there is none. */
export function fieldValue(fields: readonly Field[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? '';
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  try {
    return utf8.decode(part);
  } catch {
    // Not UTF-8: that is no error here, the bytes are shown one by one.
    return String.fromCharCode(...part);
  }
}
