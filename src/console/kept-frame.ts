/**
 * A frame as the console keeps it, and as a page gets it. Kept are bytes and a few references: what they mean is read
 * only when somebody looks.
 */

import { decode } from '../protocol/decode.ts';
import type { Frame } from '../protocol/frames.ts';
import { Splitter } from '../protocol/splitter.ts';
import type { ConsoleFrame, Party } from './messages.ts';
import type { Counted } from './ring.ts';

/** What is remembered of a frame. */
export interface KeptFrame extends Counted {
  readonly peer: string;
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly party: Party;
  readonly via: string;
  /**
   * Its beginning, one character a byte: a copy, because the frame is a view on the chunk that it came in, many times its
   * size; and no Buffer, which would cost more to make and to keep than the frame itself.
   */
  readonly latin1: string;
  readonly size: number;
}

/** A kept frame for a page. */
export function showFrame({ latin1, ...kept }: KeptFrame): ConsoleFrame {
  const bytes = Buffer.from(latin1, 'latin1');
  const isWhole = bytes.length === kept.size;
  return { ...kept, ...(isWhole ? read(bytes) : readBeginning(latin1)), bytes: bytes.toString('base64') };
}

type Meaning = Pick<ConsoleFrame, 'kind' | 'message'>;

const MALFORMED: Meaning = { kind: 'MALFORMED', message: null };

function read(bytes: Buffer): Meaning {
  const [cut] = new Splitter(bytes.length + 1).push(bytes);
  if (cut === undefined || cut.kind === 'MALFORMED') return MALFORMED;
  if (cut.kind === 'TEXT') {
    return { kind: 'TEXT', message: { originHid: cut.originHid, msgId: cut.msgId } };
  }
  const frame = decode(cut.bytes);
  return frame ? { kind: frame.kind, message: null } : MALFORMED;
}

/** The kinds that can be longer than what is kept, by their first letter. */
const LONG_KINDS: Readonly<Record<string, Frame['kind']>> = {
  G: 'GROUPS',
  M: 'MEMBERS',
  F: 'FAIL',
  T: 'TEXT',
};
const TEXT_HEADER = /^T:[^:]+:([^:]+):[^:]+:(\d{1,16}):\d{1,16}:/;

/** Of a frame that is too long to be kept whole, only the beginning can be read. */
function readBeginning(text: string): Meaning {
  const kind = text[1] === ':' ? LONG_KINDS[text[0] ?? ''] : undefined;
  if (kind !== 'TEXT') return kind ? { kind, message: null } : MALFORMED;
  const [, originHid, msgId] = TEXT_HEADER.exec(text) ?? [];
  if (originHid === undefined || msgId === undefined) return MALFORMED;
  return { kind, message: { originHid, msgId: Number(msgId) } };
}
