/**
 * A frame as a page gets it: what it means is read when it is sent, for most that are kept are never sent.
 */

import type { Frame } from '../../protocol/frames.ts';
import { readFrame } from '../../protocol/read-frame.ts';
import type { KeptFrame } from './frame-history.ts';
import type { ConsoleFrame } from './messages.ts';

/** A kept frame for a page. */
export function showFrame({ beginning, ...kept }: KeptFrame): ConsoleFrame {
  const isWhole = beginning.length === kept.size;
  const meaning = isWhole ? read(beginning) : readBeginning(beginning.toString('latin1'));
  return { ...kept, ...meaning, bytes: beginning.toString('base64') };
}

type Meaning = Pick<ConsoleFrame, 'kind' | 'message'>;

const MALFORMED: Meaning = { kind: 'MALFORMED', message: null };

function read(bytes: Buffer): Meaning {
  const frame = readFrame(bytes);
  if (!frame) return MALFORMED;
  const message = frame.kind === 'TEXT' ? { originHid: frame.originHid, msgId: frame.msgId } : null;
  return { kind: frame.kind, message };
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
