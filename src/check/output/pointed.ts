/**
 * A frame in lines of text, with a finger on what is wrong in it: the same words for `check` and `decode`.
 */
import type { FieldFault, StrictField, StrictFrame } from '../../protocol/dissect/strict-frame.ts';
import { quoted } from '../../words/quoted.ts';

/** Characters of a frame that are shown around the place. */
const AROUND = 60;

/** The bytes as text, and below them a mark under the wrong field. */
export function pointed(frame: Pick<StrictFrame, 'bytes'>, fault: FieldFault): string[] {
  const text = (from: number, to: number) => quoted(frame.bytes.subarray(from, to)).slice(1, -1);
  const from = Math.max(0, fault.start - AROUND);
  const to = Math.min(frame.bytes.length, fault.end + AROUND);
  const front = (from > 0 ? '…' : '') + text(from, fault.start);
  const place = text(fault.start, fault.end);
  return [
    `${front}${place}${text(fault.end, to)}${to < frame.bytes.length ? '…' : ''}`,
    `${' '.repeat(front.length)}${'^'.repeat(Math.max(1, place.length))}`,
  ];
}

/** Each field of a frame in a line. */
export function fieldLines(fields: readonly StrictField[]): string[] {
  const width = Math.max(0, ...fields.map(({ name }) => name.length));
  return fields.map(
    ({ name, value, start, end }) =>
      `${name.padEnd(width)}  ${String(start).padStart(4)}–${String(end).padEnd(4)}  ${quoted(value)}`,
  );
}
