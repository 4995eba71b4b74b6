/**
 * A frame taken apart for the eye: every field with its name and the bytes that it stands in.
 *
 * Not a second decoder: what a frame is, the peer has decided (`kind`), and nothing here refuses anything.
 * Bytes that are cut off, malformed or beyond the known fields are shown for what they are. The names are
 * those of the protocol (PROTOCOL.md, Frames). Invariant: fields lie in order, do not overlap, and stay
 * within the bytes.
 */

import { END_MARK } from '../../../../../protocol/frames.ts';
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

interface Layout {
  readonly names: readonly string[];
  /** Names of what may follow again and again. */
  readonly repeated?: readonly string[];
  /** The last field holds whatever is left, colons included. */
  readonly isOpen?: boolean;
}

const ADDRESS = ['user', 'ip', 'port'] as const;

const LAYOUTS: Readonly<Record<ConsoleFrame['kind'], Layout>> = {
  LIST: { names: ['type'] },
  GROUPS: { names: ['type'], repeated: ['room'] },
  JOIN: { names: ['type', 'room', ...ADDRESS] },
  MEMBERS: { names: ['type', 'MSID'], repeated: ADDRESS },
  FAIL: { names: ['type', 'message'], isOpen: true },
  HANDSHAKE: { names: ['type', 'room', ...ADDRESS, 'msgID'] },
  'HANDSHAKE OK': { names: ['type', 'msgID'] },
  TEXT: {
    names: ['type', 'room', 'originHID', 'originUser', 'msgID', 'msgLength', 'content'],
    isOpen: true,
  },
  POKE: { names: ['type', 'room', 'user'] },
  ACK: { names: ['type'] },
  DEPART: { names: ['type', 'room', ...ADDRESS] },
  'DEPART OK': { names: ['type'] },
  MALFORMED: { names: ['bytes'], isOpen: true },
};

const COLON = ':';
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Takes a frame apart; never throws, whatever its bytes are. */
export function dissect(frame: Pick<ConsoleFrame, 'kind' | 'bytes' | 'size'>): Dissection {
  const text = atob(frame.bytes);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const missingBytes = Math.max(0, frame.size - bytes.length);
  const hasEnd = missingBytes === 0 && text.endsWith(END_MARK);
  const bodyEnd = hasEnd ? text.length - END_MARK.length : text.length;
  const fields = cut(text, bodyEnd, LAYOUTS[frame.kind]).map(
    ([name, start, end]): Field => ({ name, value: textOf(bytes, start, end), start, end }),
  );
  if (hasEnd) fields.push({ name: 'end mark', value: END_MARK, start: bodyEnd, end: bytes.length });
  return { bytes, fields, missingBytes };
}

/** The value of the first field of that name; empty if there is none. */
export function fieldValue(fields: readonly Field[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? '';
}

function cut(text: string, bodyEnd: number, layout: Layout): readonly [string, number, number][] {
  const found: [string, number, number][] = [];
  let start = 0;
  for (let index = 0; start <= bodyEnd; index += 1) {
    const isRest = layout.isOpen === true && index === layout.names.length - 1;
    const colon = isRest ? -1 : text.indexOf(COLON, start);
    const end = colon < 0 || colon > bodyEnd ? bodyEnd : colon;
    if (end > start || index < layout.names.length) found.push([nameOf(layout, index), start, end]);
    start = end + 1;
  }
  return found;
}

function nameOf(layout: Layout, index: number): string {
  const known = layout.names[index];
  if (known !== undefined) return known;
  const repeated = layout.repeated ?? [];
  const beyond = index - layout.names.length;
  const name = repeated[beyond % Math.max(1, repeated.length)];
  if (name === undefined) return `field ${index + 1}`;
  return `${name} ${Math.floor(beyond / repeated.length) + 1}`;
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
