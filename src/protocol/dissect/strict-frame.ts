/**
 * One frame by the letter of the contract (PROTOCOL.md, Frames): its fields, and what is wrong with each. The
 * decoder of the peer is lenient and says yes or no; this says which field, what stands there, and what
 * should. Pure; it never throws, whatever the bytes are.
 */
import { END_MARK } from '../frames.ts';
import { sdbm } from '../hash-id.ts';
import { isIpv4, isName, NAME_MAX_CHARACTERS, parseCount, parsePort } from '../names.ts';
import { type FieldPlace, type FrameKind, fieldPlaces, LAYOUTS } from './fields.ts';

/** One field of a frame. */
export interface StrictField extends FieldPlace {
  /** One character a byte. */
  readonly value: string;
}

/** What the contract forbids about one field. */
export interface FieldFault extends FieldPlace {
  readonly value: string;
  /** What should stand there, as the end of the sentence "the contract wants …". */
  readonly wants: string;
  /** The whole field is not there: it should stand at `start`. */
  readonly isMissing: boolean;
}

/** A frame taken apart. */
export interface StrictFrame {
  readonly kind: FrameKind;
  readonly bytes: Buffer;
  readonly fields: readonly StrictField[];
  /** Empty for a frame that the contract allows. */
  readonly faults: readonly FieldFault[];
}

/** Content that a sender refuses from this length on (PROTOCOL.md, Frames). */
const CONTENT_END_BYTES = 500;
const KINDS: Readonly<Record<string, FrameKind>> = {
  L: 'LIST',
  G: 'GROUPS',
  J: 'JOIN',
  M: 'MEMBERS',
  F: 'FAIL',
  P: 'HANDSHAKE',
  S: 'HANDSHAKE OK',
  T: 'TEXT',
  K: 'POKE',
  A: 'ACK',
  D: 'DEPART',
};
const HID = /^\d{1,20}$/;
/** What is wanted where the field itself is missing. */
const THIS_FIELD = 'this field';
/** Of a wrong value so much stands in a sentence. */
const VALUE_SHOWN_CHARACTERS = 100;
const NAME_WORDS = `one word of 1 to ${NAME_MAX_CHARACTERS} printable ASCII characters without ":"`;
const TEXT_FRONT = /^T:[^:]*:[^:]*:[^:]*:[^:]*:(\d+):/;

/**
 * Where the first frame of these bytes ends: a TEXT by its length, everything else at its end mark. A TEXT
 * whose length leads to no end mark ends at the next one.
 * @param text one character a byte.
 * @returns -1 where the frame is not whole yet.
 */
export function frameEnd(text: string): number {
  const [front, length] = TEXT_FRONT.exec(text) ?? [];
  if (front !== undefined) {
    const end = front.length + Number(length) + END_MARK.length;
    if (text.startsWith(END_MARK, end - END_MARK.length)) return end;
    // Not whole, or its length is too large: then another end mark stands before that place.
    if (text.length < end && !text.includes(END_MARK, front.length)) return -1;
    if (text.length < end && isPlausible(text, front.length, Number(length))) return -1;
  }
  const mark = text.indexOf(END_MARK, front?.length ?? 0);
  return mark < 0 ? -1 : mark + END_MARK.length;
}

/** An end mark may be content: then more has to come, unless a frame begins right behind it. */
function isPlausible(text: string, contentStart: number, length: number): boolean {
  const mark = text.indexOf(END_MARK, contentStart);
  return length < CONTENT_END_BYTES && mark + END_MARK.length < text.length;
}

/** Takes one frame apart, its end mark included. */
export function strictFrame(bytes: Buffer): StrictFrame {
  const text = bytes.toString('latin1');
  const letter = /^([A-Z])(?=:)/.exec(text)?.[1] ?? '';
  const kind = kindOf(letter, text);
  const fields = fieldPlaces(kind, text).map((place) => ({
    ...place,
    value: text.slice(place.start, place.end),
  }));
  return { kind, bytes, fields, faults: faultsOf(kind, text, fields) };
}

function kindOf(letter: string, text: string): FrameKind {
  if (letter === 'S' && text === `S${END_MARK}`) return 'DEPART OK';
  return KINDS[letter] ?? 'MALFORMED';
}

/** The value of the first field of that name; empty if there is none. */
export function valueIn(frame: Pick<StrictFrame, 'fields'>, name: string): string {
  return frame.fields.find((field) => field.name === name)?.value ?? '';
}

function faultsOf(kind: FrameKind, text: string, fields: readonly StrictField[]): FieldFault[] {
  if (kind === 'MALFORMED') {
    const wants = `a letter of ${Object.keys(KINDS).join(' ')} and ":" at the front`;
    return [
      {
        name: 'type',
        start: 0,
        end: Math.min(1, text.length),
        value: text.slice(0, 1),
        wants,
        isMissing: false,
      },
    ];
  }
  const faults = fields.flatMap((field) => {
    const wants = wantedIn(field.name, field.value);
    return wants === undefined ? [] : [{ ...field, wants, isMissing: false }];
  });
  return [...faults, ...missing(kind, text, fields), ...whole(kind, text, fields)];
}

/** Fields that are not there, and an end mark that is not. */
function missing(kind: FrameKind, text: string, fields: readonly StrictField[]): FieldFault[] {
  const at = { start: text.length, end: text.length, value: '', isMissing: true };
  const names = new Set(fields.map(({ name }) => name));
  const found = LAYOUTS[kind].names
    .filter((name) => !names.has(name))
    .map((name) => ({ ...at, name, wants: THIS_FIELD }));
  if (!names.has('end mark')) found.push({ ...at, name: 'end mark', wants: '"::\\r\\n" at the end' });
  const members = fields.filter(({ name }) => /^(user|ip|port) \d+$/.test(name)).length;
  if (kind === 'MEMBERS' && members % 3 !== 0)
    found.push({ ...at, name: 'port', wants: 'user, ip and port of each member' });
  return found;
}

/** What holds between the fields of one frame. */
function whole(kind: FrameKind, text: string, fields: readonly StrictField[]): FieldFault[] {
  if (kind === 'MEMBERS') {
    const msid = fields.find(({ name }) => name === 'MSID');
    if (msid === undefined || !HID.test(msid.value)) return [];
    const list = text.slice(msid.end + 1, text.length - END_MARK.length);
    const wanted = sdbm(Buffer.from(list === '' ? '' : `${list}:`, 'latin1'));
    return wanted === msid.value
      ? []
      : [{ ...msid, wants: `${wanted}, the hash of the list`, isMissing: false }];
  }
  if (kind !== 'TEXT') return [];
  const [length, content] = ['msgLength', 'content'].map((name) =>
    fields.find((field) => field.name === name),
  );
  if (!length || !content || !/^\d+$/.test(length.value) || Number(length.value) === content.value.length)
    return [];
  const isField = content.value[Number(length.value)] === ':';
  const wants = `${content.value.length}, the number of bytes of the content${isField ? ', or no field behind it' : ''}`;
  return [{ ...length, wants, isMissing: false }];
}

/** What a field of that name holds: how it is looked at, and what is wanted in words. */
const HOLDS: Readonly<Record<string, readonly [isGood: (value: string) => boolean, wants: string]>> = {
  room: [isName, NAME_WORDS],
  user: [isName, NAME_WORDS],
  originUser: [(value) => value !== '', NAME_WORDS],
  ip: [isIpv4, 'an IPv4 address in dotted decimal'],
  port: [(value) => parsePort(value) !== undefined, 'a port from 1 to 65535'],
  msgID: [(value) => parseCount(value) !== undefined, 'a decimal number'],
  msgLength: [(value) => parseCount(value) !== undefined, 'a decimal number'],
  MSID: [(value) => HID.test(value), 'a hash: 1 to 20 decimal digits'],
  originHID: [(value) => HID.test(value), 'a hash: 1 to 20 decimal digits'],
  message: [(value) => value !== '', 'an error message'],
  content: [(value) => value.length < CONTENT_END_BYTES, `less than ${CONTENT_END_BYTES} bytes`],
  // One that no frame of its kind has.
  field: [() => false, 'no more fields'],
};

/** What the contract wants in a field, where it is something else. */
function wantedIn(field: string, value: string): string | undefined {
  const [isGood, wants] = HOLDS[field.replace(/ \d+$/, '')] ?? [];
  return isGood === undefined || isGood(value) ? undefined : wants;
}

/** The letter that a frame of this kind begins with; `a frame` for what is of none. */
export function letterOf(kind: FrameKind): string {
  if (kind === 'DEPART OK') return 'S';
  return Object.keys(KINDS).find((letter) => KINDS[letter] === kind) ?? 'a frame';
}

/**
 * A fault in one sentence, for whoever knows the frame.
 * @param from who has sent it, as ` from bob`; empty where that is known.
 */
export function faultWords(kind: FrameKind, fault: FieldFault, from = ''): string {
  const { name, value, wants, isMissing } = fault;
  const frame = `${letterOf(kind)}${from}`;
  if (isMissing)
    return `${frame} has no ${name}${wants === THIS_FIELD ? '' : `; the contract wants ${wants}`}.`;
  const isLong = value.length > VALUE_SHOWN_CHARACTERS;
  const shown = isLong ? `${value.slice(0, VALUE_SHOWN_CHARACTERS)}…` : value;
  return `${name} of ${frame} is ${JSON.stringify(shown)}; the contract wants ${wants}.`;
}
