/** What a tape holds, as frames: the bytes of each connection and direction put together and cut anew. */
import { frameEnd, type StrictFrame, strictFrame } from '../../protocol/dissect/strict-frame.ts';
import type { TapeEntry } from '../wire/tape.ts';

/** A frame, or bytes that are none, with who sent it when. */
export interface TapedFrame {
  readonly entry: TapeEntry;
  readonly frame: StrictFrame;
}

/**
 * All frames of a tape, in the order in which they became whole; bytes that never did come last. A frame that
 * came in pieces has the time of its last one.
 */
export function framesOf(tape: readonly TapeEntry[]): TapedFrame[] {
  const found: TapedFrame[] = [];
  const rests = new Map<string, { entry: TapeEntry; text: string }>();
  for (const entry of tape) {
    if (entry.event !== 'data') continue;
    if (entry.transport === 'UDP') {
      found.push({ entry, frame: strictFrame(entry.bytes) });
      continue;
    }
    const key = `${entry.connection} ${entry.from}`;
    let text = (rests.get(key)?.text ?? '') + entry.bytes.toString('latin1');
    for (let end = frameEnd(text); end > 0; end = frameEnd(text)) {
      found.push({ entry, frame: strictFrame(Buffer.from(text.slice(0, end), 'latin1')) });
      text = text.slice(end);
    }
    rests.set(key, { entry, text });
  }
  const rest = [...rests.values()].filter(({ text }) => text !== '');
  return [
    ...found,
    ...rest.map(({ entry, text }) => ({ entry, frame: strictFrame(Buffer.from(text, 'latin1')) })),
  ];
}
