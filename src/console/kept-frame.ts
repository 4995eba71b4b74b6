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
  /** Its beginning, a copy: the frame is a view on the chunk that it came in, many times its size. */
  readonly bytes: Buffer;
  readonly size: number;
}

/** A kept frame for a page. */
export function showFrame({ bytes, ...kept }: KeptFrame): ConsoleFrame {
  const isWhole = bytes.length === kept.size;
  return { ...kept, ...(isWhole ? read(bytes) : readBeginning(bytes)), bytes: bytes.toString('base64') };
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
function readBeginning(bytes: Buffer): Meaning {
  const text = bytes.toString('latin1');
  const kind = text[1] === ':' ? LONG_KINDS[text[0] ?? ''] : undefined;
  if (kind !== 'TEXT') return kind ? { kind, message: null } : MALFORMED;
  const [, originHid, msgId] = TEXT_HEADER.exec(text) ?? [];
  if (originHid === undefined || msgId === undefined) return MALFORMED;
  return { kind, message: { originHid, msgId: Number(msgId) } };
}
