import { of, Subject, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { toRawFrames } from '../../src/io/framing.ts';
import type { RawFrame } from '../../src/protocol/frame-decoder.ts';

function texts(rawFrames: RawFrame[]): string[] {
  return rawFrames.map((raw) => (raw.kind === 'MALFORMED' ? raw.reason : raw.bytes.toString('latin1')));
}

describe('toRawFrames', () => {
  test('emits one array a chunk, and nothing for a chunk that completes no frame', () => {
    const chunks = new Subject<Buffer>();
    const seen: string[][] = [];
    let isComplete = false;
    chunks.pipe(toRawFrames(64)).subscribe({
      next: (rawFrames) => seen.push(texts(rawFrames)),
      complete: () => {
        isComplete = true;
      },
    });
    for (const chunk of ['L::\r\nJ:a', ':b', '::\r\nT:r:h:u:1:5:a::\r\n::\r\nA', '::\r\n'])
      chunks.next(Buffer.from(chunk, 'latin1'));
    chunks.complete();
    expect(seen).toEqual([['L::\r\n'], ['J:a:b::\r\n', 'T:r:h:u:1:5:a::\r\n::\r\n'], ['A::\r\n']]);
    expect(isComplete).toBe(true);
  });

  test('a frame over the limit is one malformed cut', () => {
    const seen: string[][] = [];
    of(Buffer.from(`${'x'.repeat(13)}::\r\nL::\r\n`, 'latin1'))
      .pipe(toRawFrames(16))
      .subscribe((rawFrames) => seen.push(texts(rawFrames)));
    expect(seen).toEqual([['too long', 'L::\r\n']]);
  });

  test('two subscriptions do not share what is incomplete', () => {
    const frames = of(Buffer.from('A::\r\nK:r', 'latin1')).pipe(toRawFrames(64), toArray());
    for (let round = 0; round < 2; round += 1) {
      let seen: string[][] = [];
      frames.subscribe((batches) => {
        seen = batches.map(texts);
      });
      expect(seen).toEqual([['A::\r\n']]);
    }
  });
});
