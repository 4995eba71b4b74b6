/**
 * What hostile streams and datagrams are made of, as data: a piece is generated and shrunk before it is known
 * whom it goes to, and becomes bytes when it is sent.
 *
 * What a piece can't be is a forgery that no peer can tell from the real thing. The protocol has no
 * signatures, so whoever sends a T with another's HID, a message ID that the other will use, and other
 * content, speaks for that other (the real one is shown all the same); whoever tells a lower last msgID in
 * another's name announces a restart of it. So pieces in the name of a well-behaved peer are handshakes with
 * a huge last msgID, and either exact replays of what it has said or messages far above its IDs, never both
 * in one arena: behind such a message its own handshakes look like those of a restarted peer, and what it
 * said before may be shown again. None of these is damaged on the way.
 */
import fc from 'fast-check';
import { encode } from '../../src/protocol/encode.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { hashId, sdbm } from '../../src/protocol/hash-id.ts';
import { frame, hostileStream } from '../protocol/tools/arbitraries.ts';

/** Somebody, by part and number. */
export interface Who {
  readonly part: 'hostile' | 'stranger' | 'honest' | 'target';
  readonly number: number;
}

/** What is done to a frame on the way. */
export interface Damage {
  readonly at: number;
  readonly dropped: number;
  readonly inserted: string;
}

/** A part of a stream that is still to be made. */
export type Piece =
  | { readonly type: 'raw'; readonly bytes: Uint8Array }
  | { readonly type: 'fill'; readonly byte: string; readonly count: number }
  /** P where the sender has dialled, S where it was dialled. */
  | {
      readonly type: 'greet';
      readonly who: Who;
      readonly msgId: number;
      readonly room: string;
      readonly damage?: Damage;
    }
  | {
      readonly type: 'text';
      readonly who: Who;
      readonly msgId: number;
      readonly room: string;
      readonly content: Uint8Array;
      readonly damage?: Damage;
    }
  /** In the name of a well-behaved peer: a replay or a forgery, see above. */
  | { readonly type: 'borrowed'; readonly which: number }
  /** To a room server. */
  | {
      readonly type: 'request';
      readonly letter: 'J' | 'D';
      readonly who: Who;
      readonly room: string;
      readonly damage?: Damage;
    }
  /** From a room server. */
  | {
      readonly type: 'members';
      readonly listed: readonly Who[];
      readonly honest: boolean;
      readonly msid: string | null;
      readonly damage?: Damage;
    };

/** Who is who, where a piece becomes bytes. */
export interface Cast {
  readonly room: string;
  readonly honest: readonly MemberAddress[];
  readonly hostile: readonly MemberAddress[];
  /** Whom the bytes go to. */
  readonly target: MemberAddress | undefined;
  /** The sender was dialled. */
  readonly isDialled: boolean;
  /** What the well-behaved peers have said, as frames. */
  readonly said: readonly Buffer[];
  /** Borrowed names stand over forgeries, else over replays. */
  readonly forges: boolean;
}

const FORGED_FIRST_ID = 1_000_000;
/** The least last msgID in the name of a well-behaved peer: above whatever is forged in its name. */
const CLAIMED_MIN_ID = 2_000_000;
/** So many IDs above its own leave room for the ranges that are remembered of one origin. */
const FORGED_MAX = 20;
const PORT = 5_000;

function who(...parts: readonly Who['part'][]): fc.Arbitrary<Who> {
  return fc.record({ part: fc.constantFrom(...parts), number: fc.nat(30) });
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(400),
  dropped: fc.nat(3),
  inserted: fc.constantFrom(
    '',
    '',
    ':',
    '::',
    '::\r\n',
    '\r',
    '9',
    '99999999999999999999',
    '-',
    '\0',
    'T:',
    'é',
  ),
});
const msgId = fc.oneof(
  { arbitrary: fc.nat(12), weight: 4 },
  fc.constantFrom(0, 999_999, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1),
);
const room = fc.oneof({ arbitrary: fc.constant('room'), weight: 9 }, fc.constantFrom('other', 'ROOM', 'roo'));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .constantFrom(...['', ':', '::\r\n', 'T:room:1:x:1:1:a::\r\n', 'x'.repeat(499), 'x'.repeat(8_000)])
    .map((text) => Buffer.from(text)),
);

const NUMBERS = [
  '0',
  '',
  '-1',
  '007',
  '1e3',
  '4.5',
  '8000',
  '8192',
  '100000',
  '9'.repeat(16),
  '9'.repeat(40),
  ' 5',
];
/** A T that lies about its length, or says what is no number. */
const lie = fc
  .tuple(
    fc.constantFrom(...NUMBERS),
    fc.constantFrom(...NUMBERS),
    fc.constantFrom('', '::\r\n', 'hello::\r\n', 'h'),
  )
  .map(([id, length, tail]) => Buffer.from(`T:room:77:liar:${id}:${length}:${tail}`));

const raw = fc
  .oneof(
    { arbitrary: frame.map(encode), weight: 3 },
    { arbitrary: hostileStream, weight: 1 },
    { arbitrary: lie, weight: 3 },
    { arbitrary: fc.uint8Array({ maxLength: 150 }), weight: 2 },
    {
      arbitrary: fc
        .constantFrom('::\r\n', ':', 'T:', 'S:0::\r\n', 'S::\r\n', 'A::\r\n', 'x::\r\n', 'K:room:x::\r\n')
        .map((text) => Buffer.from(text)),
      weight: 2,
    },
  )
  .map((bytes): Piece => ({ type: 'raw', bytes }));

const fill = fc
  .record({ byte: fc.constantFrom('x', ':', 'T', '\0', '9'), count: fc.nat(12_000) })
  .map((fields): Piece => ({ type: 'fill', ...fields }));

const greet = (...parts: readonly Who['part'][]) =>
  fc.record({ who: who(...parts), msgId, room }).map((fields): Piece => ({ type: 'greet', ...fields }));
const text = fc
  .record({ who: who('hostile', 'stranger', 'target'), msgId, room, content })
  .map((fields): Piece => ({ type: 'text', ...fields }));
const damaged = fc
  .record({
    who: who('hostile', 'stranger', 'target'),
    msgId,
    room,
    content,
    damage,
    isGreeting: fc.boolean(),
  })
  .map(({ isGreeting, content: inside, ...fields }): Piece => {
    return isGreeting ? { type: 'greet', ...fields } : { type: 'text', content: inside, ...fields };
  });
const borrowed = fc.nat(10_000).map((which): Piece => ({ type: 'borrowed', which }));

/** What peers are attacked with, by TCP and UDP. */
export const peerPiece: fc.Arbitrary<Piece> = fc.oneof(
  { arbitrary: greet('hostile', 'hostile', 'hostile', 'stranger', 'honest', 'target'), weight: 10 },
  { arbitrary: text, weight: 10 },
  { arbitrary: damaged, weight: 6 },
  { arbitrary: borrowed, weight: 4 },
  { arbitrary: raw, weight: 8 },
  { arbitrary: fill, weight: 1 },
);

const pokes = fc
  .tuple(fc.constantFrom('K:room:', 'K:other:', 'K:'), who('hostile', 'stranger', 'honest', 'target'))
  .map(([head, { part, number }]): Piece => {
    return { type: 'raw', bytes: Buffer.from(`${head}${part}${number}::\r\n`) };
  });

/** What peers are attacked with by UDP. */
export const datagramPiece: fc.Arbitrary<Piece> = fc.oneof({ arbitrary: pokes, weight: 2 }, peerPiece);

const request = fc
  .record({ letter: fc.constantFrom('J', 'J', 'J', 'D'), who: who('hostile', 'stranger', 'honest'), room })
  .map((fields): Piece => ({ type: 'request', ...fields }));
const damagedRequest = fc
  .record({ letter: fc.constantFrom('J', 'D'), who: who('hostile', 'stranger'), room, damage })
  .map((fields): Piece => ({ type: 'request', ...fields }));
const otherRoom = fc
  .tuple(fc.constantFrom('J', 'D'), fc.nat(8))
  .map(([letter, number]) => ({ letter, room: `room${number}` }));

/** What a room server is attacked with. */
export const requestPiece: fc.Arbitrary<Piece> = fc.oneof(
  { arbitrary: request, weight: 6 },
  { arbitrary: damagedRequest, weight: 4 },
  {
    arbitrary: otherRoom.map(({ letter, room: name }): Piece => {
      return { type: 'raw', bytes: Buffer.from(`${letter}:${name}:eve:10.0.8.1:5000::\r\n`) };
    }),
    weight: 2,
  },
  { arbitrary: fc.constant<Piece>({ type: 'raw', bytes: Buffer.from('L::\r\n') }), weight: 2 },
  { arbitrary: raw, weight: 6 },
  { arbitrary: fill, weight: 1 },
);

const listed = fc.array(who('hostile', 'stranger', 'honest', 'target'), { maxLength: 12 });
const msid = fc.oneof(fc.constant(null), fc.constantFrom('0', '1', '12345678901234567890', 'x', ''));
const members = fc
  .record({ listed, honest: fc.boolean(), msid })
  .map((fields): Piece => ({ type: 'members', ...fields }));
const damagedMembers = fc
  .record({ listed, honest: fc.boolean(), msid, damage })
  .map((fields): Piece => ({ type: 'members', ...fields }));
const longMembers = fc.integer({ min: 40, max: 120 }).map((count): Piece => {
  const strangers = Array.from({ length: count }, (_, number): Who => ({ part: 'stranger', number }));
  return { type: 'members', listed: strangers, honest: true, msid: null };
});
const replies = [
  'G::\r\n',
  'G:room::\r\n',
  'F:no::\r\n',
  'F:JOIN message - Wrong format!!::\r\n',
  'F:::\r\n',
  'S::\r\n',
];

/** What a hostile room server says. */
export const replyPiece: fc.Arbitrary<Piece> = fc.oneof(
  { arbitrary: members, weight: 6 },
  { arbitrary: damagedMembers, weight: 4 },
  { arbitrary: longMembers, weight: 1 },
  {
    arbitrary: fc
      .constantFrom(...replies)
      .map((reply): Piece => ({ type: 'raw', bytes: Buffer.from(reply) })),
    weight: 4,
  },
  { arbitrary: raw, weight: 4 },
  { arbitrary: fill, weight: 1 },
);

/** Somebody's address in this cast. */
function addressOf({ part, number }: Who, { honest, hostile, target }: Cast): MemberAddress {
  const stranger = { user: `stranger${number}`, ip: `10.0.7.${number + 1}`, port: PORT };
  const among = (list: readonly MemberAddress[]) => list[number % list.length] ?? stranger;
  switch (part) {
    case 'hostile':
      return among(hostile);
    case 'honest':
      return among(honest);
    case 'target':
      return target ?? stranger;
    case 'stranger':
      return stranger;
  }
}

function hidOf({ user, ip, port }: MemberAddress): string {
  return hashId(user, ip, port);
}

function damagedBytes(bytes: Buffer, what: Damage | undefined): Buffer {
  if (!what) return bytes;
  const at = what.at % (bytes.length + 1);
  const rest = bytes.subarray(at + what.dropped);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(what.inserted, 'latin1'), rest]);
}

/** `T` with whatever is in its fields. */
export function textBytes(room: string, from: MemberAddress, id: number, content: Uint8Array): Buffer {
  const header = `T:${room}:${hidOf(from)}:${from.user}:${id}:${content.length}:`;
  return Buffer.concat([Buffer.from(header, 'latin1'), content, Buffer.from('::\r\n')]);
}

function greeting(piece: Piece & { type: 'greet' }, cast: Cast): Buffer {
  if (cast.isDialled) return damagedBytes(Buffer.from(`S:${piece.msgId}::\r\n`), piece.damage);
  const { user, ip, port } = addressOf(piece.who, cast);
  const id = piece.who.part === 'honest' ? CLAIMED_MIN_ID + piece.msgId : piece.msgId;
  const last = Math.min(id, Number.MAX_SAFE_INTEGER);
  return damagedBytes(Buffer.from(`P:${piece.room}:${user}:${ip}:${port}:${last}::\r\n`), piece.damage);
}

/** The M that lists these. */
function membersBytes(list: readonly MemberAddress[], id: string | null): Buffer {
  const body = list.map(({ user, ip, port }) => `${user}:${ip}:${port}:`).join('');
  return Buffer.from(`M:${id ?? sdbm(Buffer.from(body))}:${body}:\r\n`, 'latin1');
}

function borrowedBytes(which: number, cast: Cast): Buffer {
  if (!cast.forges) return cast.said[which % Math.max(1, cast.said.length)] ?? Buffer.alloc(0);
  const from = addressOf({ part: 'honest', number: which }, cast);
  const serial = which % FORGED_MAX;
  return textBytes(cast.room, from, FORGED_FIRST_ID + serial, Buffer.from(`forged ${serial}`));
}

/** The bytes of a piece, here and now. */
export function bytesOf(piece: Piece, cast: Cast): Buffer {
  switch (piece.type) {
    case 'raw':
      return Buffer.from(piece.bytes);
    case 'fill':
      return Buffer.alloc(piece.count, piece.byte);
    case 'greet':
      return greeting(piece, cast);
    case 'text':
      return damagedBytes(
        textBytes(piece.room, addressOf(piece.who, cast), piece.msgId, piece.content),
        piece.damage,
      );
    case 'borrowed':
      return borrowedBytes(piece.which, cast);
    case 'request': {
      const { user, ip, port } = addressOf(piece.who, cast);
      const bytes = Buffer.from(`${piece.letter}:${piece.room}:${user}:${ip}:${port}::\r\n`);
      return damagedBytes(bytes, piece.damage);
    }
    case 'members': {
      const always = piece.honest ? [...cast.honest, ...(cast.target ? [cast.target] : [])] : [];
      const list = [...always, ...piece.listed.map((each) => addressOf(each, cast))];
      return damagedBytes(membersBytes(list, piece.msid), piece.damage);
    }
  }
}
