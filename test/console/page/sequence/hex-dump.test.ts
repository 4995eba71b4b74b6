import { describe, expect, it } from 'vitest';
import { dumpText, hexDump } from '../../../../src/console/page/views/sequence/details/hex-dump.ts';

describe('hexDump', () => {
  it('shows offsets, two digits a byte, and a dot for what is not printable ASCII', () => {
    const bytes = Uint8Array.from([0x4a, 0x3a, 0x00, 0x7f, 0x20, 0x7e, 0xff, 0x0d, 0x0a]);
    expect(dumpText(hexDump(bytes, 4), 4)).toBe(
      ['0000  4a 3a 00 7f  J:··', '0004  20 7e ff 0d   ~··', '0008  0a           ·'].join('\n'),
    );
  });

  it('has no line for no bytes, and no empty line behind a full one', () => {
    expect(hexDump(new Uint8Array(0), 16)).toEqual([]);
    expect(hexDump(new Uint8Array(32), 16)).toHaveLength(2);
  });

  it('numbers every byte by its place in the frame', () => {
    const lines = hexDump(new Uint8Array(40), 16);
    expect(lines.flatMap((line) => line.bytes.map((byte) => byte.at))).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    );
    expect(lines.map((line) => line.offset)).toEqual(['0000', '0010', '0020']);
  });
});
