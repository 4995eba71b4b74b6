/**
 * Where each field of a frame stands, by the table of the protocol (PROTOCOL.md, Frames): one table of names
 * for all that show frames to people (the console, `p2pchat check`, `p2pchat decode`). Pure, for browsers
 * too.
 *
 * Not a decoder: it refuses nothing, and names what stands beyond the known fields for what it is.
 * Invariant: fields lie in order, do not overlap, and stay within the bytes.
 */
import { END_MARK, type Frame } from '../frames.ts';

/** The kinds of frames, and what is none. */
export type FrameKind = Frame['kind'] | 'MALFORMED';

/** One field and where it stands. */
export interface FieldPlace {
  readonly name: string;
  /** Of the first byte. */
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
}

interface Layout {
  readonly names: readonly string[];
  /** Names of what may follow again and again. */
  readonly repeated?: readonly string[];
  /** The last field holds whatever is left, colons included. */
  readonly isOpen?: boolean;
}

const ADDRESS = ['user', 'ip', 'port'] as const;

/** The fields of every kind of frame. */
export const LAYOUTS: Readonly<Record<FrameKind, Layout>> = {
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

/**
 * The fields of a frame of this kind, the end mark as the last one.
 * @param text one character a byte.
 * @param isWhole false where the end of the frame is missing: then there is no end mark to find.
 */
export function fieldPlaces(kind: FrameKind, text: string, isWhole = true): FieldPlace[] {
  const hasEnd = isWhole && text.endsWith(END_MARK);
  const bodyEnd = hasEnd ? text.length - END_MARK.length : text.length;
  const layout = LAYOUTS[kind];
  const found: FieldPlace[] = [];
  let start = 0;
  for (let index = 0; start <= bodyEnd; index += 1) {
    const isRest = layout.isOpen === true && index === layout.names.length - 1;
    const colon = isRest ? -1 : text.indexOf(COLON, start);
    const end = colon < 0 || colon > bodyEnd ? bodyEnd : colon;
    if (end > start || index < layout.names.length) found.push({ name: nameOf(layout, index), start, end });
    start = end + 1;
  }
  if (hasEnd) found.push({ name: 'end mark', start: bodyEnd, end: text.length });
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
