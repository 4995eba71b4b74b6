/**
 * Goal: what the decoder gives depends on the bytes alone, never on the chunks; every framing case is tested
 * whole, byte by byte, at every split point and with neighbours; hostile bytes cost neither an exception nor
 * memory.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/protocol/encode.ts';
import { FrameDecoder, type RawFrame } from '../../src/protocol/frame-decoder.ts';
import { frame, hostileStream, inChunks, places } from './tools/arbitraries.ts';
import { byteByByte, bytesOf, decodeChunks, describeRaw, plain, readRaw } from './tools/decoding.ts';
import { FRAMING_CASES, FRAMING_MAX_BYTES } from './tools/framing-cases.ts';

function framesOf(chunks: readonly Buffer[], maxFrameBytes = FRAMING_MAX_BYTES): string[] {
  return decodeChunks(chunks, maxFrameBytes).map(describeRaw);
}

describe.each(FRAMING_CASES)('$name', ({ wire, rawFrames }) => {
  const stream = bytesOf(wire);

  test('whole', () => {
    expect(framesOf([stream])).toEqual(rawFrames);
  });

  test('byte by byte', () => {
    expect(framesOf(byteByByte(stream))).toEqual(rawFrames);
  });

  test('at every split point', () => {
    const expected = JSON.stringify(rawFrames);
    for (let at = 0; at <= stream.length; at += 1) {
      const actual = framesOf([stream.subarray(0, at), stream.subarray(at)]);
      if (JSON.stringify(actual) !== expected) expect({ at, rawFrames: actual }).toEqual({ at, rawFrames });
    }
  });

  test('behind another frame in the same chunk', () => {
    expect(framesOf([bytesOf(`S:1::\r\n${wire}`)])).toEqual(['CONTROL S:1::\r\n', ...rawFrames]);
  });

  test('three times, every 7 bytes a chunk', () => {
    // Only cases that leave nothing open can be repeated without running into each other.
    const repeats = isClosed(stream) ? 3 : 1;
    const repeated = Buffer.concat(Array.from({ length: repeats }, () => stream));
    const chunks = inChunks(
      repeated,
      Array.from({ length: Math.floor(repeated.length / 7) }, (_, index) => (index + 1) * 7),
    );
    expect(framesOf(chunks)).toEqual(Array.from({ length: repeats }, () => rawFrames).flat());
  });
});

/** True if the stream ends where a frame ends: then a following LIST is cut as it is. */
function isClosed(stream: Buffer): boolean {
  return (
    framesOf([stream, bytesOf('L::\r\n')]).length === framesOf([stream]).length + 1 && endsWithMark(stream)
  );
}

function endsWithMark(stream: Buffer): boolean {
  const decoder = new FrameDecoder(FRAMING_MAX_BYTES);
  decoder.push(stream);
  return decoder.pendingBytes === 0;
}

describe('limits', () => {
  const MAX_BYTES = 40;
  const withContent = (bytes: number) => `T:r:1:a:7:${bytes}:${'x'.repeat(bytes)}::\r\n`;

  test('a frame of exactly the limit is cut, one byte more is too long', () => {
    const control = (bytes: number) => `F:${'x'.repeat(bytes - 6)}::\r\n`;
    const contentBytes = MAX_BYTES - withContent(10).length + 10;
    for (const chunksOf of [(stream: Buffer) => [stream], byteByByte]) {
      expect(framesOf(chunksOf(bytesOf(control(MAX_BYTES))), MAX_BYTES)).toEqual([
        `CONTROL ${control(MAX_BYTES)}`,
      ]);
      expect(framesOf(chunksOf(bytesOf(control(MAX_BYTES + 1))), MAX_BYTES)).toEqual(['MALFORMED too long']);
      expect(framesOf(chunksOf(bytesOf(withContent(contentBytes))), MAX_BYTES)).toEqual([
        `TEXT ${withContent(contentBytes)}`,
      ]);
      expect(framesOf(chunksOf(bytesOf(withContent(contentBytes + 1))), MAX_BYTES)).toEqual([
        'MALFORMED too long',
      ]);
    }
  });

  test('a TEXT is too long as soon as its length says so, before its content has come', () => {
    expect(framesOf([bytesOf('T:r:1:a:7:9000:')], MAX_BYTES)).toEqual(['MALFORMED too long']);
  });

  test('a header that is longer than the longest frame has one reason, however it is cut', () => {
    const stream = bytesOf(`T:r:${'1'.repeat(MAX_BYTES)}:a:7:1:x::\r\nL::\r\n`);
    const expected = ['MALFORMED header', 'CONTROL L::\r\n'];
    expect(framesOf([stream], MAX_BYTES)).toEqual(expected);
    expect(framesOf(byteByByte(stream), MAX_BYTES)).toEqual(expected);
  });

  test('the sample of a malformed frame is its beginning, at most 64 bytes, and a copy', () => {
    const stream = bytesOf(`F:${'x'.repeat(200)}::\r\n`);
    const [raw] = decodeChunks([stream], 100);
    if (raw?.kind !== 'MALFORMED') throw new Error('not malformed');
    expect(raw.sample.toString('latin1')).toBe(`F:${'x'.repeat(62)}`);
    stream.fill(0);
    expect(raw.sample.toString('latin1')).toBe(`F:${'x'.repeat(62)}`);
  });

  test('megabytes without an end mark are passed over with a few bytes in hand', () => {
    const decoder = new FrameDecoder(1_024);
    const chunk = Buffer.alloc(65_536, 'x');
    const rawFrames: RawFrame[] = [];
    for (let round = 0; round < 32; round += 1) {
      rawFrames.push(...decoder.push(chunk));
      expect(decoder.pendingBytes).toBeLessThan(4);
    }
    rawFrames.push(...decoder.push(bytesOf('::\r\nL::\r\n')));
    expect(rawFrames.map(describeRaw)).toEqual(['MALFORMED too long', 'CONTROL L::\r\n']);
    expect(decoder.pendingBytes).toBe(0);
  });

  test('pendingBytes is what has come of the open frame', () => {
    const decoder = new FrameDecoder(1_024);
    const pending = ['L:', ':\r', '\nT:r', ':1:a:7:5:hello:', ':\r\n', 'A'].map((chunk) => {
      decoder.push(bytesOf(chunk));
      return decoder.pendingBytes;
    });
    expect(pending).toEqual([2, 4, 3, 18, 0, 1]);
  });
});

describe('for any frames, in any chunks', () => {
  test('exactly these frames come out, and every byte of them', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), places, (given, at) => {
        const stream = Buffer.concat(given.map(encode));
        const rawFrames = decodeChunks(inChunks(stream, at), FRAMING_MAX_BYTES);
        expect(rawFrames.map(readRaw)).toEqual(given.map(plain));
        const bytes = rawFrames.map((raw) => (raw.kind === 'MALFORMED' ? Buffer.alloc(0) : raw.bytes));
        expect(Buffer.concat(bytes).equals(stream)).toBe(true);
      }),
    );
  });
});

describe('for any bytes, in any chunks, with any limit', () => {
  const maxFrameBytes = fc.oneof(fc.constant(FRAMING_MAX_BYTES), fc.integer({ min: 8, max: 400 }));

  test('the cuts are those of the whole stream', () => {
    fc.assert(
      fc.property(hostileStream, places, maxFrameBytes, (stream, at, max) => {
        const whole = framesOf([stream], max);
        expect(framesOf(inChunks(stream, at), max)).toEqual(whole);
        expect(framesOf(byteByByte(stream), max)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  test('no frame is longer than the limit, and no more than the limit is held between two chunks', () => {
    fc.assert(
      fc.property(hostileStream, places, maxFrameBytes, (stream, at, max) => {
        const decoder = new FrameDecoder(max);
        for (const chunk of inChunks(stream, at)) {
          for (const raw of decoder.push(chunk)) {
            const bytes = raw.kind === 'MALFORMED' ? raw.sample : raw.bytes;
            expect(bytes.length).toBeLessThanOrEqual(max);
          }
          expect(decoder.pendingBytes).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a good frame behind an end mark is always found again', () => {
    fc.assert(
      fc.property(hostileStream, frame, places, (stream, good, at) => {
        // Room for the longest open TEXT to run out, then an end mark, then the good frame.
        const rest = Buffer.concat([Buffer.alloc(600, 'x'), bytesOf('::\r\n'), encode(good)]);
        const rawFrames = decodeChunks(inChunks(Buffer.concat([stream, rest]), at), 600);
        const kind = good.kind === 'TEXT' ? 'TEXT' : 'CONTROL';
        expect(describeRaw(rawFrames.at(-1) as RawFrame)).toBe(`${kind} ${encode(good).toString('latin1')}`);
      }),
    );
  });

  test('the chunks are left as they were, and frames stay as they were cut while more comes', () => {
    fc.assert(
      fc.property(hostileStream, places, (stream, at) => {
        const decoder = new FrameDecoder(FRAMING_MAX_BYTES);
        const before = Buffer.from(stream);
        const rawFrames: RawFrame[] = [];
        const atOnce: string[] = [];
        for (const chunk of inChunks(stream, at)) {
          const now = decoder.push(chunk);
          rawFrames.push(...now);
          atOnce.push(...now.map(describeRaw));
        }
        decoder.push(Buffer.alloc(2_000, '!'));
        expect(rawFrames.map(describeRaw)).toEqual(atOnce);
        expect(stream.equals(before)).toBe(true);
      }),
    );
  });
});
