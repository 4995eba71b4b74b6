/**
 * What other implementations write beside what the protocol asks for (PROTOCOL.md, "Other implementations on
 * the wire"), one habit for each that was seen. Pure.
 *
 * Invariant: a habit changes what a peer writes, or whom it dials, never what it takes for a new message; so
 * what a world may expect of the peer is what its way of telling duplicates lets it (other-duplicates.ts).
 */
import { forwardCandidates } from '../../overlay/dialling/candidates.ts';
import type { Member } from '../../overlay/member.ts';
import { encode } from '../../protocol/encode.ts';
import { END_MARK, type HandshakeFrame } from '../../protocol/frames.ts';

/** One habit: what it does otherwise than the protocol. */
interface WireHabit {
  readonly words: string;
  /** The bytes that it writes to a link for a TEXT. */
  readonly text?: (frame: Buffer, name: string) => Buffer;
  /** The bytes of its P. */
  readonly greeting?: (frame: HandshakeFrame) => Buffer;
  /** The bytes that answer a P that it welcomes. @param msgId the last that it has used. */
  readonly welcome?: (handshake: HandshakeFrame, msgId: number) => Buffer;
  /** The bytes that answer a P of somebody who is not on its list; such a P is welcome by default. */
  readonly refusal?: Buffer;
  /** Whom it dials, in order. @param ring members by HID. */
  readonly candidates?: (ring: readonly Member[], self: Member) => readonly Member[];
  /** It passes messages on to whom it has them from, too. */
  readonly echoes?: boolean;
  /** Its S comes so much later than the link is there for it: what it floods meanwhile overtakes the S. */
  readonly welcomeAfterMs?: number;
  /** Bytes that it reads of a K; what is longer it does not understand. */
  readonly pokeMaxBytes?: number;
  /** Another one of them that takes one recv for one frame does not find its TEXTs. */
  readonly isLostOnOthers?: boolean;
  /** Nobody finds its TEXTs: the contract forbids them. */
  readonly isLostOnAll?: boolean;
}

const NUL = Buffer.from([0]);
/** Less than the shortest TEXT: what people say may end with one, and would be a frame of its own here. */
const STALE_BYTES = 8;
const LENGTH_AND_CONTENT = /^((?:[^:]*:){5})(\d+):(.*)::\r\n$/su;

function welcome(msgId: number): Buffer {
  return encode({ kind: 'HANDSHAKE OK', msgId });
}

/** The same frame with its length in characters, as a program has it that decodes and encodes anew. */
function countedInCharacters(frame: Buffer): Buffer {
  const [, header, , content] = LENGTH_AND_CONTENT.exec(frame.toString('utf8')) ?? [];
  if (header === undefined || content === undefined) return frame;
  return Buffer.from(`${header}${[...content].length}:${content}::\r\n`, 'utf8');
}

/**
 * The same frame with a field behind its content. An end mark in the content ends it: nobody reads such a
 * frame, and what stands behind that end mark would be a frame of its own.
 */
function withOneMoreField(frame: Buffer): Buffer {
  return Buffer.concat([
    frame.subarray(0, frame.indexOf(END_MARK, 0, 'latin1')),
    Buffer.from(`:more${END_MARK}`, 'latin1'),
  ]);
}

/** HIDs compared as words: a longer number may come first. */
function asStrings(one: Member, other: Member): number {
  if (one.hid === other.hid) return 0;
  return one.hid < other.hid ? -1 : 1;
}

/** Every habit by its name. */
const WIRE_HABITS = {
  none: { words: 'writes what the protocol asks for' },
  nul: {
    words: 'writes the NUL of its strings after each S and TEXT',
    text: (frame) => Buffer.concat([frame, NUL]),
    welcome: (_, msgId) => Buffer.concat([welcome(msgId), NUL]),
  },
  stale: {
    words: 'leaves the end of an older frame, and a NUL, after each TEXT',
    text: (frame) => Buffer.concat([frame, frame.subarray(-STALE_BYTES), NUL]),
  },
  garbage: {
    words: 'writes a frame of its own, without an end mark, before each TEXT',
    text: (frame, name) => Buffer.concat([Buffer.from(`Q:${name}:1`, 'latin1'), frame]),
    isLostOnOthers: true,
  },
  characters: {
    words: 'encodes each TEXT anew, with a length in characters',
    text: countedInCharacters,
  },
  'repeats msgID': {
    words: 'answers a P with the msgID of that P',
    welcome: ({ msgId }) => welcome(msgId),
  },
  'no msgID': {
    words: 'says P without a msgID',
    greeting: (frame) => {
      const bytes = encode(frame).toString('latin1');
      return Buffer.from(bytes.replace(/:\d+::\r\n$/, '::\r\n'), 'latin1');
    },
  },
  'F and S': {
    words: 'answers who is not on its list with F, sends S all the same, and keeps no link',
    refusal: Buffer.from('F:Not in the chatroom!!::\r\nS:0::\r\n', 'latin1'),
  },
  F: {
    words: 'answers who is not on its list with F, and leaves the connection open',
    refusal: Buffer.from('F:Not in the chatroom!!::\r\n', 'latin1'),
  },
  'late S': {
    words: 'floods over a link before it has answered its P',
    welcomeAfterMs: 40,
  },
  'one more field': {
    words: 'writes a field behind the content of each TEXT',
    text: withOneMoreField,
    isLostOnOthers: true,
    isLostOnAll: true,
  },
  'short pokes': {
    words: 'reads 64 bytes of a K, which may have 71',
    pokeMaxBytes: 64,
  },
  strings: {
    words: 'sorts Hash IDs as words',
    candidates: (ring, self) => {
      const sorted = ring.toSorted(asStrings);
      const own = sorted.findIndex(({ hid }) => hid === self.hid);
      return [...sorted.slice(own + 1), ...sorted.slice(0, Math.max(own, 0))];
    },
  },
  echo: { words: 'passes a TEXT on to whom it has it from, too', echoes: true },
} as const satisfies Record<string, WireHabit>;

/** Name of a habit. */
export type HabitName = keyof typeof WIRE_HABITS;

/** All habits, in the order of the table. */
export const HABIT_NAMES = Object.keys(WIRE_HABITS) as readonly HabitName[];

/** False where its TEXTs are lost on us, too. @param name `null` for ours. */
export function isReadByUs(name: HabitName | null): boolean {
  return name === null || !wholeHabit(name).isLostOnAll;
}

/** False where its TEXTs are lost on other implementations. @param name `null` for ours. */
export function isReadByOthers(name: HabitName | null): boolean {
  return name === null || !wholeHabit(name).isLostOnOthers;
}

/** A habit with all that it leaves to the protocol. */
export function wholeHabit(
  name: HabitName,
): Required<Omit<WireHabit, 'refusal'>> & Pick<WireHabit, 'refusal'> {
  return {
    text: (frame) => frame,
    greeting: encode,
    welcome: (_, msgId) => welcome(msgId),
    candidates: forwardCandidates,
    echoes: false,
    welcomeAfterMs: 0,
    pokeMaxBytes: Number.POSITIVE_INFINITY,
    isLostOnOthers: false,
    isLostOnAll: false,
    ...WIRE_HABITS[name],
  };
}
