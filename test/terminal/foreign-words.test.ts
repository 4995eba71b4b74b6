/**
 * Goal: whatever a name or a text is made of, one notice is one line in every face, and nothing in it moves,
 * hides or turns what stands there; in every way in which others can have a name or a text shown.
 */

import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/protocol/decode.ts';
import { readFrame } from '../../src/protocol/read-frame.ts';
import { rawLines } from '../../src/terminal/face-notice.ts';
import { toJsonLine } from '../../src/terminal/lines/json-line.ts';
import { LineWriter } from '../../src/terminal/lines/line-writer.ts';
import { createRenderer } from '../../src/terminal/render.ts';
import { harmless, isHarmless } from '../../src/words/harmless.ts';
import type { Notice } from '../../src/words/notices.ts';

/** What breaks a line, moves a cursor, turns or hides text, each inside of words. */
const TRICKS: readonly [string, string][] = [
  ['CR', 'a\rb'],
  ['LF', 'a\nb'],
  ['VT', 'a\vb'],
  ['FF', 'a\fb'],
  ['NEL', 'a\u0085b'],
  ['line separator', 'a\u2028b'],
  ['paragraph separator', 'a\u2029b'],
  ['ANSI', 'a\x1b[2J\x1b[Hb'],
  ['CSI of C1', 'a\u009b2Jb'],
  ['title', 'a\x1b]0;x\x07b'],
  ['backspaces', 'a\b\b\b\bb'],
  ['right-to-left override', 'a\u202eb'],
  ['isolate', 'a\u2066b'],
  ['zero width space', 'a\u200bb'],
  ['zero width joiner', 'a\u200db'],
  ['byte order mark', 'a\ufeffb'],
  ['tags', 'a\u{e0041}b'],
  ['Hangul filler', 'a\u3164b'],
  ['half-width filler', 'a\uffa0b'],
  ['grapheme joiner', 'a\u034fb'],
  ['many marks', `a${'\u0301'.repeat(500)}b`],
  ['NUL', 'a\0b'],
  ['unpaired surrogate', 'a\ud800b'],
];

const BREAKS = /[\r\n\v\f\u0085\u2028\u2029]/;

describe.each(TRICKS)('%s', (_, trick) => {
  test('in a text is written out by every face', async () => {
    const notice: Notice = {
      ...({ window: 'message', type: 'text', own: false, originHid: '1', msgId: 1 } as const),
      ...{ user: 'bob', content: trick },
    };
    for (const level of [0, 2] as const) {
      const lines = createRenderer(level).lines(notice, ['alice'], 0);
      expect(lines).toHaveLength(1);
      expect(isHarmless((lines[0] ?? '').replace(/\x1b\[[\d;]*m/g, ''))).toBe(true);
    }
    const output = new PassThrough();
    const writer = new LineWriter(output, 1_000_000, () => {});
    for (const line of rawLines(notice)) writer.line(`[msg] ${line}`);
    await writer.flushed();
    const written = String(output.read());
    expect(written.split('\n')).toHaveLength(2);
    expect(isHarmless(written.slice(0, -1))).toBe(true);
    expect(isHarmless(toJsonLine(notice, 0))).toBe(true);
    expect(JSON.parse(toJsonLine(notice, 0)).content).toBe(trick);
  });

  test('in a name is no name: P, M, K, J and G are refused or leave it out, T shows one word', () => {
    const bytes = (frame: string) => Buffer.from(`${frame}::\r\n`);
    for (const frame of [`P:r:${trick}:1.2.3.4:5:0`, `P:${trick}:bob:1.2.3.4:5:0`, `J:r:${trick}:1.2.3.4:5`])
      expect(decode(bytes(frame))).toBeUndefined();
    for (const frame of [`K:r:${trick}`, `K:${trick}:bob`]) expect(decode(bytes(frame))).toBeUndefined();
    expect(decode(bytes(`M:1:${trick}:1.2.3.4:5`))).toEqual({ kind: 'MEMBERS', msid: '1', members: [] });
    expect(decode(bytes(`G:${trick}:good`))).toEqual({ kind: 'GROUPS', rooms: ['good'] });
    const text = readFrame(bytes(`T:r:1:${trick.slice(0, 60)}:1:2:hi`));
    if (text?.kind === 'TEXT') expect(text.header.shownUser).toMatch(/^[!-~]{1,32}$/);
    else expect(text).toBeUndefined();
  });

  test('in an error message of the room server is written out', () => {
    const notice: Notice = {
      ...({ window: 'command', type: 'room server failed', request: 'JOIN', repeatMs: null } as const),
      message: trick,
    };
    const lines = createRenderer(0).lines(notice, ['alice'], 0);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(BREAKS);
    expect(isHarmless(lines[0] ?? '')).toBe(true);
  });
});

test.each(['❤️ and 👍🏽', 'Tiếng Việt', 'สวัสดี', 'नमस्ते', 'שָׁלוֹם', 'été'])('%s stays as it is', (text) => {
  expect(harmless(text)).toBe(text);
});
