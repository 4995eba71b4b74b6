/** Random frames and random bytes for the property tests of the wire. */
import fc from 'fast-check';
import { encode } from '../../../src/protocol/encode.ts';
import type { ControlFrame, Frame, MemberAddress, TextFrame } from '../../../src/protocol/frames.ts';

function characters(from: number, to: number, except = ''): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index)).filter(
    (character) => !except.includes(character),
  );
}

const WORD_CHARACTERS = characters(0x21, 0x7e, ':');
const FIELD_CHARACTERS = [...characters(0x20, 0x7e, ':'), ...characters(0x80, 0xff)];
const MESSAGE_CHARACTERS = [...characters(0x20, 0x7e), ...characters(0x80, 0xff), ':', ':', ':'];

/** A legal user or room name. */
export const name = fc.string({ unit: fc.constantFrom(...WORD_CHARACTERS), minLength: 1, maxLength: 32 });

/** A dotted IPv4 address. */
export const ip = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((octets) => octets.join('.'));

/** A legal port, both ends included. */
const port = fc.oneof(fc.constantFrom(1, 65_535), fc.integer({ min: 1, max: 65_535 }));

/** A message ID, up to the largest that a number holds exactly. */
export const msgId = fc.oneof(
  fc.nat(100),
  fc.nat(Number.MAX_SAFE_INTEGER),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, 999_999_999_999_999, 1_000_000_000_000_000),
);

/** An unsigned 64-bit number in decimal. */
export const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);

/** user, ip and port. */
const address: fc.Arbitrary<MemberAddress> = fc.record({ user: name, ip, port });

/** What may stand in place of an originHID or originUser: others put nicknames there. */
export const opaqueField = fc.oneof(
  hash,
  fc.string({ unit: fc.constantFrom(...FIELD_CHARACTERS), minLength: 1, maxLength: 40 }),
);

const failMessage = fc
  .string({ unit: fc.constantFrom(...MESSAGE_CHARACTERS), minLength: 1, maxLength: 60 })
  .filter((message) => !message.endsWith(':'));

function kind<const Kind extends ControlFrame['kind'], Fields>(
  frameKind: Kind,
  fields: fc.Arbitrary<Fields>,
): fc.Arbitrary<Fields & { readonly kind: Kind }> {
  return fields.map((values) => ({ kind: frameKind, ...values }));
}

/**
 * One arbitrary for each kind of frame that is cut at its end mark: the type makes a missing kind an error.
 */
export const controlFrames: { [Kind in ControlFrame['kind']]: fc.Arbitrary<ControlFrame & { kind: Kind }> } =
  {
    LIST: fc.constant({ kind: 'LIST' }),
    GROUPS: kind('GROUPS', fc.record({ rooms: fc.array(name, { maxLength: 6 }) })),
    JOIN: kind('JOIN', fc.record({ room: name, user: name, ip, port })),
    MEMBERS: kind('MEMBERS', fc.record({ msid: hash, members: fc.array(address, { maxLength: 6 }) })),
    FAIL: kind('FAIL', fc.record({ message: failMessage })),
    HANDSHAKE: kind('HANDSHAKE', fc.record({ room: name, user: name, ip, port, msgId })),
    'HANDSHAKE OK': kind('HANDSHAKE OK', fc.record({ msgId })),
    POKE: kind('POKE', fc.record({ room: name, user: name })),
    ACK: fc.constant({ kind: 'ACK' }),
    DEPART: kind('DEPART', fc.record({ room: name, user: name, ip, port })),
    'DEPART OK': fc.constant({ kind: 'DEPART OK' }),
  };

/** Bytes of the kind that hurts: colons, ends of line, digits and frame letters. */
const wireBytes = fc
  .array(fc.constantFrom(...':::\r\n\r\n019TLSPaé\u0000'), { maxLength: 24 })
  .map((letters) => Buffer.from(letters.join(''), 'latin1'));

/** Content of a TEXT: any bytes, often with end marks in it. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  wireBytes,
  fc.array(fc.constantFrom('::\r\n', ':', '::', 'T:', 'L::\r\n'), { maxLength: 6 }).map((parts) => {
    return Buffer.from(parts.join(''));
  }),
);

/** A TEXT that fits into a header. */
export const textFrame: fc.Arbitrary<TextFrame> = fc
  .record({ room: name, originHid: opaqueField, originUser: opaqueField, msgId, content })
  .map((fields) => ({ kind: 'TEXT', ...fields }));

/** Any frame of the protocol that may be sent. */
export const frame: fc.Arbitrary<Frame> = fc.oneof(
  { arbitrary: fc.oneof(...Object.values(controlFrames)), weight: 2 },
  { arbitrary: textFrame, weight: 1 },
);

const WILD_CHARACTERS = [
  ':',
  ':',
  '\r\n',
  '::\r\n',
  ' ',
  '\u0000',
  '\u007f',
  'é',
  'ſ',
  '0',
  '1',
  'a',
  'T',
  '.',
];
/** Any code point, lone surrogates too; fast-check's own `unit: 'binary'` takes a second to set up. */
const anyCharacter = fc.oneof(fc.nat(0x10ffff), fc.nat(0x17f)).map((code) => String.fromCodePoint(code));
const wildText = fc.oneof(
  name,
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...WILD_CHARACTERS), maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...FIELD_CHARACTERS), maxLength: 300, size: 'max' }),
);
const wildIp = fc.oneof(ip, wildText, fc.constantFrom('256.0.0.1', '1.2.3', '01.2.3.4', '1.2.3.4\n', '::1'));
const wildNumber = fc
  .oneof(msgId, port, fc.integer(), fc.double(), fc.constantFrom(0, 65_536, 2 ** 53, 1e21))
  .map((number) => number + 0); // -0 and 0 are one number on the wire
const wildAddress = fc.record({ user: wildText, ip: wildIp, port: wildNumber });

/** A frame of any kind with fields that may or may not be legal. */
export const wildFrame: fc.Arbitrary<Frame> = fc.oneof(
  kind('GROUPS', fc.record({ rooms: fc.array(wildText, { maxLength: 3 }) })),
  kind('JOIN', fc.record({ room: wildText, user: wildText, ip: wildIp, port: wildNumber })),
  kind(
    'MEMBERS',
    fc.record({ msid: fc.oneof(hash, wildText), members: fc.array(wildAddress, { maxLength: 2 }) }),
  ),
  kind('FAIL', fc.record({ message: wildText })),
  kind(
    'HANDSHAKE',
    fc.record({ room: name, user: wildText, ip: wildIp, port: wildNumber, msgId: wildNumber }),
  ),
  kind('HANDSHAKE OK', fc.record({ msgId: wildNumber })),
  kind('POKE', fc.record({ room: wildText, user: wildText })),
  kind('DEPART', fc.record({ room: wildText, user: name, ip, port: wildNumber })),
  fc
    .record({
      room: fc.oneof(name, wildText),
      originHid: wildText,
      originUser: wildText,
      msgId: wildNumber,
      content,
    })
    .map((fields): TextFrame => ({ kind: 'TEXT', ...fields })),
);

/** The bytes of a frame with one byte changed, dropped or put in. */
const damagedFrame = fc
  .tuple(frame, fc.nat(), fc.constantFrom(0, 1), fc.constantFrom(...['', ':', '\r', 'T', '9', '\u0000']))
  .map(([whole, where, dropped, inserted]) => {
    const bytes = encode(whole);
    const at = where % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted), bytes.subarray(at + dropped)]);
  });

/** A byte stream as a hostile or broken peer might send it. */
export const hostileStream = fc
  .array(fc.oneof(frame.map(encode), damagedFrame, wireBytes), { maxLength: 8 })
  .map((parts) => Buffer.concat(parts));

/** Cuts a stream into chunks at random places; a place may come twice, which makes an empty chunk. */
export function inChunks(stream: Buffer, places: readonly number[]): Buffer[] {
  const cuts = places.map((place) => place % (stream.length + 1)).sort((left, right) => left - right);
  return [0, ...cuts].map((from, index) => stream.subarray(from, cuts[index] ?? stream.length));
}

/** Random places for `inChunks`. */
export const places = fc.array(fc.nat(1_000), { maxLength: 12 });
