/** Goal: `p2pchat decode` shows frames with their fields, and points at what is wrong. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { decodedFrames, decodedLines, meantBytes } from '../../src/check/output/decoded.ts';
import { Program } from '../e2e/tools/program.ts';

const WRONG = 'T:tea:3382070009828795609:alice:1:9:hello::\r\n';

async function decode(input: string, ...words: string[]): Promise<Program> {
  const program = new Program(['decode', ...words]);
  program.send(input);
  program.end();
  await program.ended();
  return program;
}

test('several frames, with their places, TEXT by its length', () => {
  const bytes = Buffer.from('L::\r\nT:tea:5:alice:1:9:a::\r\nb::c::\r\nA::\r\n', 'latin1');
  const frames = decodedFrames(bytes).map(({ at, frame }) => [at, frame.kind, frame.faults.length]);
  expect(frames).toEqual([
    [0, 'LIST', 0],
    [5, 'TEXT', 0],
    [36, 'ACK', 0],
  ]);
});

test('hexadecimal digits, with blanks and colons, are the bytes that they write down; text is itself', () => {
  const bytes = Buffer.from('A::\r\n');
  for (const text of ['413a3a0d0a', '41 3a 3a 0d 0a\n', '41:3A:3A:0D:0A', '0x413a3a0d0a'])
    expect(meantBytes(Buffer.from(text))).toEqual(bytes);
  expect(meantBytes(bytes)).toEqual(bytes);
  expect(meantBytes(Buffer.from('41 3'))).toEqual(Buffer.from('41 3'));
});

test('the example of docs/CHECK.md is what it shows', async () => {
  const document = await readFile(new URL('../../docs/CHECK.md', import.meta.url), 'utf8');
  const [frame] = decodedFrames(Buffer.from(WRONG, 'latin1'));
  if (frame) expect(document).toContain(decodedLines(frame).join('\n'));
});

test('exit codes: 0 for good frames, 1 for others, 2 for no file', async () => {
  const good = await decode('413a3a0d0a');
  expect([good.exit?.code, good.lines[0]]).toEqual([0, 'ACK, 5 bytes from byte 0']);
  const bad = await decode('J:tea:al ice:127.0.0.1:5001::\r');
  expect(bad.exit?.code).toBe(1);
  expect(bad.lines.join('\n')).toContain('✗ user of J is "al ice"; the contract wants one word of');
  expect((await decode('', 'no-such-file')).exit?.code).toBe(2);
});

test('--json: one object a frame', async () => {
  const { lines } = await decode('4b3a7465613a616c6963653a3a0d0a', '--json');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ at: 0, kind: 'POKE', faults: [] });
});
