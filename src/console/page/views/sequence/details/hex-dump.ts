/** Bytes as a hex dump: offset, sixteen bytes, and the characters that they stand for. Pure. */

/** One byte of the dump. */
export interface DumpByte {
  /** Its position in the frame. */
  readonly at: number;
  /** Two hexadecimal digits. */
  readonly hex: string;
  /** The printable ASCII character, or `·`. */
  readonly character: string;
}

/** One line of the dump. */
export interface DumpLine {
  /** Position of its first byte, four hexadecimal digits or more. */
  readonly offset: string;
  readonly bytes: readonly DumpByte[];
}

const HEX = 16;
const BYTE_DIGITS = 2;
const OFFSET_DIGITS = 4;
const SPACE = 0x20;
const TILDE = 0x7e;
const UNPRINTABLE = '·';

/** Cuts bytes into the lines of a dump. */
export function hexDump(bytes: Uint8Array, bytesPerLine: number): readonly DumpLine[] {
  const lines: DumpLine[] = [];
  for (let start = 0; start < bytes.length; start += bytesPerLine) {
    const part = Array.from(bytes.subarray(start, start + bytesPerLine), (byte, index) =>
      dumpByte(byte, start + index),
    );
    lines.push({ offset: start.toString(HEX).padStart(OFFSET_DIGITS, '0'), bytes: part });
  }
  return lines;
}

/** The dump as plain text, for the clipboard: `0000  4a 3a …  J:…`. */
export function dumpText(lines: readonly DumpLine[], bytesPerLine: number): string {
  const hexWidth = bytesPerLine * (BYTE_DIGITS + 1) - 1;
  return lines
    .map(({ offset, bytes }) => {
      const hex = bytes.map((byte) => byte.hex).join(' ');
      const characters = bytes.map((byte) => byte.character).join('');
      return `${offset}  ${hex.padEnd(hexWidth)}  ${characters}`;
    })
    .join('\n');
}

function dumpByte(byte: number, at: number): DumpByte {
  const isPrintable = byte >= SPACE && byte <= TILDE;
  return {
    at,
    hex: byte.toString(HEX).padStart(BYTE_DIGITS, '0'),
    character: isPrintable ? String.fromCharCode(byte) : UNPRINTABLE,
  };
}
