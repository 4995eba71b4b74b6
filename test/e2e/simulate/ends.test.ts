/**
 * How a simulation ends before its time: interrupted, killed, its workers killed, its report not writable.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Redirected } from '../tools/redirected.ts';
import { closeBehindTest } from '../tools/teardown.ts';

const SMALL = ['--minutes', '0.05', '--peers', '3', '--faults', 'none'];
const ENDLESS = ['simulate', '--seeds', '1-100000', ...SMALL];
/** Worlds take a second, and many times that on a busy computer. */
const DEADLINE_MS = 50_000;

/** The processes that a process has started (Linux). */
function workersOf({ child }: Redirected): number[] {
  try {
    const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)]).toString();
    return text.split('\n').map(Number).filter(Boolean);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for is no more alive.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Processes that are no children of the test tell nobody of their end: they are looked at. */
async function goneSoon(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
}

async function withWorkers(): Promise<{ program: Redirected; workers: number[] }> {
  const program = new Redirected([...ENDLESS, '--jobs', '2', '--json']);
  await program.shows(/"seed":\d+,/, DEADLINE_MS);
  const workers = workersOf(program);
  expect(workers.length).toBeGreaterThan(0);
  return { program, workers };
}

describe.runIf(process.platform === 'linux')('workers', { timeout: 2 * DEADLINE_MS }, () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('end with their parent on %s', async (signal) => {
    const { program, workers } = await withWorkers();
    program.child.kill(signal);
    await program.ended();
    await goneSoon(workers);
  });

  test('end when nobody reads their parent any more', async () => {
    const { program, workers } = await withWorkers();
    program.child.stdout?.destroy();
    expect((await program.ended()).code).toBe(0);
    await goneSoon(workers);
  });

  test('that are killed are named, and their seeds run again: every seed has one result', async () => {
    const words = ['simulate', '--seeds', '1-40', ...SMALL, '--jobs', '2', '--json'];
    const program = new Redirected(words);
    await program.shows(/"seed":2,/, DEADLINE_MS);
    const [victim] = workersOf(program);
    process.kill(victim ?? Number.NaN, 'SIGKILL');
    expect((await program.until('its end', () => program.exit, DEADLINE_MS)).code).toBe(0);
    expect(program.errors).toMatch(
      new RegExp(`The worker ${victim} of the seeds up to \\d+ was ended by SIGKILL; .* again\\.`),
    );
    const seeds = program.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).seed as number);
    expect(seeds.sort((left, right) => left - right)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  });
});

describe('interrupted', { timeout: 2 * DEADLINE_MS }, () => {
  test.each([['1'], ['2']])('with %s jobs it tells what was found so far: exit code 130', async (jobs) => {
    const program = new Redirected([...ENDLESS, '--jobs', jobs, '--json']);
    await program.shows(/"seed":2,/, DEADLINE_MS);
    program.child.kill('SIGINT');
    expect((await program.ended()).code).toBe(130);
    for (const line of program.output.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('it writes the report of the worlds that were run, and the last line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'p2pchat-report-'));
    closeBehindTest(() => rmSync(folder, { recursive: true, force: true }));
    const report = join(folder, 'report.html');
    const program = new Redirected([...ENDLESS, '--report', report, '--trace']);
    await program.until('a world', () => program.output.length > 20_000, DEADLINE_MS);
    program.child.kill('SIGINT');
    expect((await program.ended()).code).toBe(130);
    expect(program.errors).toMatch(/\d+ of 100000 seeds, 0 violations/);
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/i);
  });
});

test('a report that can not be written is told before the work, not after it', async () => {
  const path = '/proc/nothing/report.html';
  const program = new Redirected([...ENDLESS, '--report', path]);
  expect((await program.ended()).code).toBe(1);
  expect(program.errors).toContain(`Cannot write the report ${path}: `);
  expect(program.errors).not.toMatch(/seeds,/);
  expect(existsSync(path)).toBe(false);
});

test('a world of less than a second reports no false violation', { timeout: 2 * DEADLINE_MS }, async () => {
  const program = new Redirected(['simulate', '--seeds', '1-10', '--minutes', '0.01', '--jobs', '2']);
  expect((await program.until('its end', () => program.exit, DEADLINE_MS)).code).toBe(0);
  expect(program.errors).toMatch(/^10 of 10 seeds, 0 violations/);
});
