/** Bytes of a file or of a pipe as frames: what `p2pchat decode` shows, in the words of `check`. Pure. */
import { faultWords, frameEnd, type StrictFrame, strictFrame } from '../../protocol/dissect/strict-frame.ts';
import { fieldLines, pointed } from './pointed.ts';

/** A frame, and where in the input its first byte stands. */
interface DecodedFrame {
  readonly at: number;
  readonly frame: StrictFrame;
}

const HEX_TEXT = /^(0x)?([0-9a-f]{2}[\s:]*)+$/i;

/** The bytes that an input means: those that its hexadecimal digits write down, where it is nothing else. */
export function meantBytes(input: Buffer): Buffer {
  const text = input.toString('latin1').trim();
  if (!HEX_TEXT.test(text)) return input;
  return Buffer.from(text.replace(/^0x/i, '').replaceAll(/[\s:]/g, ''), 'hex');
}

/** All frames of these bytes; what is left at the end is a frame without an end mark. */
export function decodedFrames(bytes: Buffer): DecodedFrame[] {
  const text = bytes.toString('latin1');
  const frames: DecodedFrame[] = [];
  let at = 0;
  while (at < text.length) {
    const end = frameEnd(text.slice(at));
    const next = end < 0 ? text.length : at + end;
    frames.push({ at, frame: strictFrame(bytes.subarray(at, next)) });
    at = next;
  }
  return frames;
}

/** The lines for one frame: its kind, each field, and a finger on what is wrong. */
export function decodedLines({ at, frame }: DecodedFrame): string[] {
  const { kind, bytes, fields, faults } = frame;
  return [
    `${kind}, ${bytes.length} bytes from byte ${at}`,
    ...fieldLines(fields).map((line) => `  ${line}`),
    ...faults.flatMap((fault) => [
      `  ✗ ${faultWords(kind, fault)}`,
      ...pointed(frame, fault).map((line) => `    ${line}`),
    ]),
  ];
}
