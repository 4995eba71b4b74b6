/**
 * The command `p2pchat simulate` as its users run it: exit codes, what a violation says, replay, report,
 * workers.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAULT_NAMES } from '../../../src/simulation/faults/faults.ts';
import { type Limits, Program } from '../tools/program.ts';

const WITHOUT_FAILBACK: Limits = { peer: { probeMinMs: 2_000_000_000, probeMaxMs: 2_000_000_000 } };
/** A world whose split lasts until both halves have linked among themselves. */
const SPLIT_WORLD = ['--seed', '2', '--peers', '10', '--minutes', '4', '--faults', 'split'];

/** Worlds take seconds, and many times that on a busy machine. */
const DEADLINE_MS = 60_000;

interface Run {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

async function simulate(words: readonly string[], limits?: Limits): Promise<Run> {
  const program = new Program(['simulate', ...words], limits);
  const { code } = await program.ended(DEADLINE_MS);
  return { code, lines: program.lines, errors: program.errors };
}

describe('simulate', { timeout: 2 * DEADLINE_MS }, () => {
  test('worlds that hold: exit code 0, and a last line that counts them', async () => {
    const { code, lines, errors } = await simulate(['--seeds', '1-4', '--minutes', '0.5', '--jobs', '2']);
    expect([code, lines]).toEqual([0, []]);
    expect(errors).toMatch(/^4 of 4 seeds, 0 violations, \d+ × real time, \d+ seeds a minute\n$/);
  });

  test('a violation: exit code 1, what is broken, when, what each peer saw, and the line that replays it', async () => {
    const { code, lines, errors } = await simulate(SPLIT_WORLD, WITHOUT_FAILBACK);
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^Seed 2: invariant 5.* is broken at \d+\.\d{3} s of simulated time\.$/);
    expect(lines.filter((line) => /^ {2}\w+: CONNECTED, /.test(line))).toHaveLength(10);
    const again = lines.at(-1) ?? '';
    expect(again).toBe(
      `  Again: P2PCHAT_LIMITS='${JSON.stringify(WITHOUT_FAILBACK)}' p2pchat simulate --seed 2 --minutes 4 --peers 10 --faults split --trace`,
    );
    expect(errors).toContain('1 of 1 seeds, 1 violation,');

    const words = again.replace(/^.* p2pchat simulate /, '').split(' ');
    const replayed = await simulate(words, WITHOUT_FAILBACK);
    expect(replayed.code).toBe(1);
    expect(replayed.lines.slice(-lines.length)).toEqual(lines);
    expect(replayed.lines.length).toBeGreaterThan(lines.length);
  });

  test('the same world holds with failback', async () => {
    expect((await simulate(SPLIT_WORLD)).code).toBe(0);
  });

  test('several processes give what one gives', async () => {
    const words = ['--seeds', '20-23', '--minutes', '0.5', '--json'];
    const [alone, shared] = await Promise.all([
      simulate([...words, '--jobs', '1']),
      simulate([...words, '--jobs', '3']),
    ]);
    expect(alone.lines).toHaveLength(4);
    expect([...shared.lines].sort()).toEqual([...alone.lines].sort());
    const seeds = alone.lines.map((line) => JSON.parse(line).seed);
    expect(seeds).toEqual([20, 21, 22, 23]);
  });

  test('--report writes one file that needs nothing else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'p2pchat-report-'));
    try {
      const path = join(directory, 'room.html');
      const { code } = await simulate(['--seed', '7', '--minutes', '0.5', '--report', path]);
      expect(code).toBe(0);
      const html = readFileSync(path, 'utf8');
      expect(html.startsWith('<!doctype html>')).toBe(true);
      expect(html).toContain("default-src 'none'");
      expect(html).not.toMatch(/<(?:script|img|link|iframe)[^>]+(?:src|href)=/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('a report that cannot be written: exit code 1 and the reason', async () => {
    const words = ['--seed', '7', '--minutes', '0.1', '--report', '/nowhere/room.html'];
    const { code, errors } = await simulate(words);
    expect(code).toBe(1);
    expect(errors).toContain('Cannot write the report /nowhere/room.html');
  });

  test.each([
    [['--seed', '1', '--seeds', '1-2'], 'give --seed or --seeds, not both'],
    [['--seeds', '5-1'], 'Give a range such as 1-300'],
    [['--faults', 'split,earthquake'], 'earthquake'],
    [['--peers', '1'], 'Give a whole number from 2'],
    [['--minutes', '0'], 'Give a number over 0'],
    [['--jobs', '0'], 'Give a whole number from 1'],
    [['extra'], 'too many arguments'],
  ])('%j is wrong usage: exit code 2 and what is wrong', async (words, what) => {
    const { code, lines, errors } = await simulate(words);
    expect([code, lines]).toEqual([2, []]);
    expect(errors).toContain(what);
  });

  test('--help names every option and every fault', async () => {
    const { code, lines } = await simulate(['--help']);
    expect(code).toBe(0);
    const help = lines.join('\n');
    for (const option of ['peers', 'seed', 'seeds', 'minutes', 'faults', 'jobs', 'report', 'trace', 'json'])
      expect(help).toContain(`--${option}`);
    for (const fault of FAULT_NAMES) expect(help).toContain(fault);
  });

  test('--faults all brings every fault, none brings none', async () => {
    const words = ['--seed', '3', '--minutes', '1', '--trace', '--faults'];
    const [all, none] = await Promise.all([simulate([...words, 'all']), simulate([...words, 'none'])]);
    expect([all.code, none.code]).toEqual([0, 0]);
    const faults = ({ lines }: Run) => lines.filter((line) => / fault /.test(line));
    expect(faults(none)).toEqual([]);
    expect(faults(all).length).toBeGreaterThan(FAULT_NAMES.length / 2);
  });
});
