/** What is under way in a live world, in the words of those who look at it. Pure. */
import type { FrameOnItsWay } from '../../io/memory/tcp/traffic/traffic.ts';
import type { FrameUnderWay } from '../../log/by-hand/frame-under-way.ts';
import { readFrame } from '../../protocol/read-frame.ts';
import { SERVER } from '../stage/stage.ts';

const TEXT_SHOWN_MAX_CHARACTERS = 60;
const EMPTY_KINDS = { open: 'SYN', fin: 'FIN', rst: 'RST' } as const;

/** @param nameOf the peer that has an address. */
export function frameUnderWay(
  frame: FrameOnItsWay,
  nameOf: (ip: string) => string | undefined,
): FrameUnderWay {
  const { number, dueMs, isHeld, isNext, isWhole, bytes } = frame;
  const who = (ip: string) => (ip === SERVER.host ? 'room server' : (nameOf(ip) ?? ip));
  const words = { from: who(frame.from.host), to: who(frame.to.host), size: bytes.length };
  return { number, ...words, ...meaningOf(frame), dueMs, isHeld, isNext, isWhole };
}

function meaningOf({ kind, bytes, isWhole }: FrameOnItsWay): Pick<FrameUnderWay, 'kind' | 'text'> {
  if (kind !== 'data' && kind !== 'datagram') return { kind: EMPTY_KINDS[kind], text: '' };
  if (!isWhole) return { kind: 'part', text: '' };
  const read = readFrame(bytes);
  const text = read?.kind === 'TEXT' ? read.contentText.slice(0, TEXT_SHOWN_MAX_CHARACTERS) : '';
  return { kind: read?.kind ?? 'MALFORMED', text };
}
