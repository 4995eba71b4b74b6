/** Goal: what the bench counts as printed, lost and doubled is what has come, however it was cut. */
import { expect, test } from 'vitest';
import { lineOf, PrintedLines } from '../../bench/load/processes/printed-lines.ts';

const OUTPUT = [
  '[cmd] Joined bench as bob (127.0.0.1:5001).',
  `[msg] ada: ${lineOf(0, 22)}`,
  `[msg] ada: ${lineOf(2, 22)}`,
  '[msg] cyd: hello',
  `[msg] ada: ${lineOf(2, 22)}`,
  `[msg] ada: ${lineOf(7, 22)}`,
  '[cmd] CONNECTED → JOINED.',
  '[msg] ada: 12 a',
];

function counted(chunks: readonly Buffer[]) {
  const others: string[] = [];
  const numbers: number[] = [];
  const printed = new PrintedLines(
    5,
    (line) => others.push(line),
    (number) => numbers.push(number),
  );
  for (const chunk of chunks) printed.take(chunk);
  return { count: printed.count, doubled: printed.doubled, others, numbers };
}

const EXPECTED = {
  count: 2,
  doubled: 1,
  // A number that nobody was to say is no numbered line.
  others: [0, 3, 5, 6, 7].map((index) => OUTPUT[index]),
  numbers: [0, 2],
};

test('numbered lines are counted once and their copies as doubled, whole and at every split', () => {
  const bytes = Buffer.from(`${OUTPUT.join('\n')}\n`);
  expect(counted([bytes])).toEqual(EXPECTED);
  expect(counted([...bytes].map((byte) => Buffer.from([byte])))).toEqual(EXPECTED);
  for (let at = 0; at <= bytes.length; at += 1)
    expect(counted([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(EXPECTED);
});

test('a line that is not whole is not counted, and no more lines than six digits tell apart', () => {
  expect(counted([Buffer.from(`[msg] ada: ${lineOf(0, 22)}`)]).count).toBe(0);
  expect(() => new PrintedLines(1_000_001, () => {})).toThrow(RangeError);
});

test('a numbered line has the length that was asked for', () => {
  for (const bytes of [6, 7, 22, 449])
    expect(lineOf(123, bytes)).toMatch(new RegExp(`^000123.{${bytes - 6}}$`));
});
