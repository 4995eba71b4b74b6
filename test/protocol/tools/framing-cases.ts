/** Byte streams that a decoder gets wrong easily, each with what must come out of it. */
import { bytesOf } from './decoding.ts';

/** One stream and its raw frames, as `describeRaw` writes them. */
export interface FramingCase {
  readonly name: string;
  readonly wire: string;
  readonly rawFrames: readonly string[];
}

/**
 * The limit that the cases are written for: less than that of a peer link, because every split point is
 * tried.
 */
export const FRAMING_MAX_BYTES = 2_048;

const LIST = 'L::\r\n';
const LIST_CUT = `CONTROL ${LIST}`;
const HEADER = 'MALFORMED header';
const LENGTH = 'MALFORMED length';
const TOO_LONG = 'MALFORMED too long';
const EVERY_BYTE = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));

/** A TEXT, with its proper length or a wrong one. */
function text(content: string, length: number | string = bytesOf(content).length): string {
  return `T:room:3382070009828795609:alice:7:${length}:${content}::\r\n`;
}

function good(name: string, ...frames: string[]): FramingCase {
  const rawFrames = frames.map((frame) => `${frame.startsWith('T:') ? 'TEXT' : 'CONTROL'} ${frame}`);
  return { name, wire: frames.join(''), rawFrames };
}

function content(name: string, bytes: string): FramingCase {
  return good(`content: ${name}`, text(bytes), LIST);
}

/** A malformed frame, with good ones before and behind it. */
function bad(name: string, wire: string, ...rawFrames: string[]): FramingCase {
  return {
    name,
    wire: LIST + wire + text('next') + LIST,
    rawFrames: [LIST_CUT, ...rawFrames, `TEXT ${text('next')}`, LIST_CUT],
  };
}

const HANDSHAKE = 'P:room:alice:127.0.0.1:5001:0::\r\n';

const GOOD: FramingCase[] = [
  good('no bytes at all'),
  good('one frame', LIST),
  good('one TEXT', text('hello')),
  good(
    'frames of every kind in one chunk',
    HANDSHAKE,
    'S:7::\r\n',
    text('hello'),
    LIST,
    'G::\r\n',
    'A::\r\n',
  ),
  good('two TEXTs in one chunk', text('one'), text('two')),
  good('a handshake with the first TEXT right behind it', HANDSHAKE, text('hello')),
  content('none', ''),
  content('a colon', ':'),
  content('two colons', '::'),
  content('three colons', ':::'),
  content('two colons and a carriage return', '::\r'),
  content('an end mark', '::\r\n'),
  content('end marks only', '::\r\n'.repeat(5)),
  content('an end mark in the middle', 'a::\r\nb'),
  content('a line feed in front', '\nx'),
  content('colons at the end', 'x::'),
  content('another TEXT', text('inner')),
  content('a frame of control', 'F:gone::\r\n'),
  content('every byte there is', EVERY_BYTE),
  content('499 bytes', 'x'.repeat(499)),
  content('500 bytes', 'x'.repeat(500)),
  content('1900 colons, nearly the limit', ':'.repeat(1_900)),
  good('the nickname in place of the originHID', 'T:room:alice:alice:0:2:hi::\r\n'),
  good('blanks and high bytes in the fields of another implementation', 'T:r:h \xe9:a b:1:2:hi::\r\n'),
  good('leading zeros in the numbers', 'T:room:1:alice:007:0002:hi::\r\n'),
  good('the largest msgID that a number holds', 'T:room:1:alice:9007199254740991:2:hi::\r\n'),
  good('a header of exactly 256 bytes', `T:room:${'1'.repeat(238)}:alice:7:2:hi::\r\n`),
];

const ODD_CONTROL: FramingCase[] = [
  good('an unknown letter is cut, for decode to refuse', 'X:what:is:this::\r\n', LIST),
  good('a word with a T in front is no TEXT', 'TEXT:5:hello::\r\n', LIST),
  good('a small t is no TEXT', 't:room:1:a:1:5:hello::\r\n', LIST),
  good('an end mark alone', '::\r\n', LIST),
  good('an end mark behind one more colon', ':::\r\n', LIST),
  good('parts of the end mark in front of the end mark', 'F:a::\r::\r\n', 'F:\r\n::\r\n', 'F:::::\r\n', LIST),
  good('a line end between two frames belongs to the second', LIST, '\r\nL::\r\n', LIST),
  good('garbage between two frames belongs to the second', LIST, '\u0001\xffgarbageL::\r\n', LIST),
  good('a long answer of a room server', `M:1${':alice:127.0.0.1:5001'.repeat(90)}::\r\n`, LIST),
];

/** What stands between frames, and is passed over without a word. */
function padded(name: string, padding: string): FramingCase {
  const frames = [text('one'), text('two'), 'S:7::\r\n', text('three')];
  // What has an end mark is cut at it before its NUL shows that it was no frame.
  const rest = padding.includes('::\r\n') ? [`CONTROL ${padding.slice(0, -1)}`, 'MALFORMED padding'] : [];
  const rawFrames = frames.flatMap((frame) => [
    `${frame.startsWith('T:') ? 'TEXT' : 'CONTROL'} ${frame}`,
    ...rest,
  ]);
  return { name, wire: frames.join(padding) + padding + LIST, rawFrames: [...rawFrames, LIST_CUT] };
}

/** The end of an older frame, so many bytes long, as a C program leaves it in its buffer. */
function staleTail(length: number): string {
  return `${text('0123456789'.repeat(9)).slice(-length)}\u0000`;
}

const C_STRINGS: FramingCase[] = [
  padded('a NUL after every frame', '\u0000'),
  padded('three NULs after every frame', '\u0000\u0000\u0000'),
  padded('a NUL and a line end after every frame', '\u0000\r\n\u0000'),
  ...Array.from({ length: 90 }, (_, at) =>
    padded(`the last ${at + 1} bytes of an older frame, and a NUL`, staleTail(at + 1)),
  ),
  padded('the beginning of a TEXT, and a NUL', 'T:room:\u0000'),
  { name: 'a NUL before the first frame', wire: `\u0000${LIST}`, rawFrames: [LIST_CUT] },
  good('a NUL in a content is content', text('a\u0000b'), text('\u0000'), LIST),
];

const NO_END_MARK = 'MALFORMED no end mark';

/** Bytes without an end mark in front of a TEXT, which is found again. */
function inFront(name: string, bytes: string, found = text('found')): FramingCase {
  return bad(`${name} in front of a TEXT`, bytes + found, NO_END_MARK, `TEXT ${found}`);
}

const NO_FRAMES: FramingCase[] = [
  inFront('a line end', '\r\n'),
  inFront('a line', 'hello\r\n'),
  inFront('a frame of its own', 'Q:alice:1'),
  inFront('a frame of its own', 'Q:alice:1', text('a::\r\nb')),
  inFront('a frame of its own', 'Q:alice:1', text('T:room:1:a:1:1:x::\r\n')),
  inFront('something like a TEXT', 'Q:T:T:x:T:room:'),
  bad('a frame of its own', 'Q:alice:1::\r\n', 'CONTROL Q:alice:1::\r\n'),
  bad('something like a TEXT in a frame of its own', 'Q:T:x:::\r\n', 'CONTROL Q:T:x:::\r\n'),
];

/** Characters as the bytes of UTF-8. */
function utf8(characters: string): string {
  return Buffer.from(characters, 'utf8').toString('latin1');
}

/** A length in characters: what comes out has it in bytes. */
function counted(name: string, characters: string): FramingCase {
  const bytes = utf8(characters);
  const wire = text(bytes, [...characters].length);
  return { name, wire: wire + LIST, rawFrames: [`TEXT ${text(bytes)}`, LIST_CUT] };
}

const CHARACTERS: FramingCase[] = [
  counted('a length in characters of two bytes', 'Grüße'),
  counted('a length in characters of two to four bytes', 'ä€😀'),
  counted('a length in characters, an end mark among them', 'ä::\r\nö'),
  bad('a length in characters, one too many', text(utf8('Grüße'), 6), LENGTH),
  bad('a length in characters, one too few', text(utf8('Grüße'), 4), LENGTH),
  bad('a length in characters that are no UTF-8', text('Gr\xfc\xdfe!', 5), LENGTH),
];

const OPEN: FramingCase[] = [
  { name: 'T alone', wire: `${LIST}T`, rawFrames: [LIST_CUT] },
  { name: 'half an end mark', wire: `${LIST}L::\r`, rawFrames: [LIST_CUT] },
  { name: 'a TEXT without its last byte', wire: LIST + text('hello').slice(0, -1), rawFrames: [LIST_CUT] },
  { name: 'a TEXT header without its last colon', wire: `${LIST}T:room:1:alice:7:5`, rawFrames: [LIST_CUT] },
  {
    name: 'a length that waits for more than has come',
    wire: LIST + text('hello', 500),
    rawFrames: [LIST_CUT],
  },
];

const MALFORMED: FramingCase[] = [
  bad('length too short', text('hello', 4), LENGTH),
  bad('length far too short', text('hello'.repeat(50), 1), LENGTH),
  bad('length zero with content', text('hello', 0), LENGTH),
  bad('length one too long', text('hello', 6), LENGTH),
  bad('length too long by a whole end mark', text('hello', 9), LENGTH),
  bad('length too long, into the next frame', text('hello', 20), LENGTH),
  bad('length too short, with an end mark in the content', text('a::\r\nb', 5), LENGTH, 'CONTROL b::\r\n'),
  bad(
    'length too short, but an end mark stands there',
    text('a::\r\nb', 1).slice(0, -5),
    `TEXT ${text('a')}`,
  ),
  bad(
    'length too long over several frames',
    text('x', 60) + LIST.repeat(4),
    LENGTH,
    ...Array(4).fill(LIST_CUT),
  ),
  bad('an end mark where the first field should be', 'T::\r\n', HEADER),
  bad('an empty first field', 'T::1:alice:7:5:hello::\r\n', HEADER),
  bad('an empty originHID', 'T:room::alice:7:5:hello::\r\n', HEADER),
  bad('an empty msgLength', 'T:room:1:alice:7::hello::\r\n', HEADER),
  bad('an end mark before msgLength', 'T:room:1:alice:7::\r\n', HEADER),
  bad('letters for the msgID', 'T:room:1:alice:seven:5:hello::\r\n', HEADER),
  bad('letters for the length', text('hello', 'five'), HEADER),
  bad('a negative length', text('hello', -5), HEADER),
  bad('a length with a sign', text('hello', '+5'), HEADER),
  bad('a hexadecimal length', text('hello', '0x5'), HEADER),
  bad('a blank in the length', text('hello', ' 5'), HEADER),
  bad('a msgID that no number holds', 'T:room:1:alice:9007199254740992:2:hi::\r\n', HEADER),
  bad('a length of 20 digits', text('hello', '18446744073709551615'), HEADER),
  bad('a line end in the header', 'T:room:1:al\r\nice:7:5:hello::\r\n', HEADER),
  bad('an SOH in the header', 'T:room:1:al\u0001ice:7:5:hello::\r\n', HEADER),
  bad('a DEL in the header', 'T:room:1:al\u007fice:7:5:hello::\r\n', HEADER),
  bad('a header of 257 bytes', `T:room:${'1'.repeat(239)}:alice:7:2:hi::\r\n`, HEADER),
  bad('two malformed frames behind each other', 'T::\r\nT:room:1::\r\n', HEADER, HEADER),
  bad('a TEXT that is too long', text('x'.repeat(2_100)), TOO_LONG),
  bad('a length far over the limit', text('hello', '999999999999999'), TOO_LONG),
  bad(
    'a TEXT that is too long, with an end mark in it',
    text('x::\r\nL::\r\ny', 2_100),
    TOO_LONG,
    LIST_CUT,
    'CONTROL y::\r\n',
  ),
  bad('a frame of control that is too long', `F:${'x'.repeat(2_100)}::\r\n`, TOO_LONG),
  bad('too long, with pieces of end marks in it', `F:${'::\r'.repeat(700)}::\r\n`, TOO_LONG),
];

/** All of them. */
export const FRAMING_CASES: readonly FramingCase[] = [
  ...GOOD,
  ...ODD_CONTROL,
  ...C_STRINGS,
  ...NO_FRAMES,
  ...CHARACTERS,
  ...OPEN,
  ...MALFORMED,
];
