/**
 * Goal: the bench runs from beginning to end and says what it has found; what it finds is not looked at here.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { median, percentile, slope, spread } from '../../bench/results/statistics.ts';

const DIRECTORY = fileURLToPath(new URL('../..', import.meta.url));
/** One group of rows of each kind; the others are the same with other numbers. */
const GROUPS = ['framing', 'relay-69', 'relay-prints', 'send', 'room', 'room-server', 'flood-cost', 'start'];
const TIMEOUT_MS = 90_000;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'p2pchat-bench-'));
});

afterEach(() => rm(directory, { recursive: true }));

test('the bench prints a table and writes its rows as JSON', { timeout: TIMEOUT_MS }, async () => {
  const path = join(directory, 'rows.json');
  const words = ['--import', 'tsx', 'bench/main.ts', '--smoke', '--json', path];
  const only = GROUPS.flatMap((name) => ['--only', name]);
  const { stdout } = await promisify(execFile)(process.execPath, [...words, ...only], { cwd: DIRECTORY });
  const rows: Record<string, unknown>[] = JSON.parse(await readFile(path, 'utf8'));
  for (const name of [
    'framing',
    'relay,',
    'relay that prints',
    'send',
    'room,',
    'room server',
    'flood cost',
    'start',
  ])
    expect(rows.filter((row) => String(row.name).startsWith(name))).not.toEqual([]);
  for (const row of rows) {
    expect(stdout).toContain(`| ${row.name} |`);
    expect(row).toMatchObject({
      name: expect.any(String),
      ratio: expect.any(Number),
      spread: expect.any(Number),
      aim: expect.any(String),
      holds: expect.any(Boolean),
    });
    expect(Number.isFinite(row.ratio) && (row.ratio as number) > 0).toBe(true);
  }
});

test('a group of rows that is not there is refused by name', async () => {
  const words = ['--import', 'tsx', 'bench/main.ts', '--smoke', '--only', 'nothing'];
  const running = promisify(execFile)(process.execPath, words, { cwd: DIRECTORY });
  await expect(running).rejects.toThrow(/there are no rows nothing, only framing, /);
});

test('median, percentile and spread are those of the values, in whatever order', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
  expect([percentile([5, 1, 4, 2, 3], 0.5), percentile([1, 2, 3, 4], 0.99), percentile([9], 0.01)]).toEqual([
    3, 4, 9,
  ]);
  expect(spread([1, 2, 3, 4, 5])).toBeCloseTo(1 / 3);
  expect(() => median([])).toThrow(RangeError);
});

test('a slope is that of the line through the points, with how far it may be off', () => {
  const line = slope([0, 1, 2, 3].map((x) => ({ x, y: 2 * x + 1 })));
  expect([line.slope, line.error]).toEqual([2, 0]);
  const noisy = slope([0, 1, 2, 3].map((x) => ({ x, y: x % 2 })));
  expect(Math.abs(noisy.slope)).toBeLessThan(noisy.error);
});
