/** A recording to look at: a simulated world of five without faults. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LogEntry } from '../../../src/log/entry.ts';
import { Program } from '../../e2e/tools/program.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';

/** A simulated world in a file, and its entries. */
export async function recordedWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-replay-'));
  closeBehindTest(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'world.ndjson');
  const words = ['simulate', '--seed', '7', '--minutes', '1', '--peers', '5', '--faults', 'none'];
  const world = new Program([...words, '--record', path]);
  expect((await world.ended()).code).toBe(0);
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return { path, entries: lines.map((line) => JSON.parse(line) as LogEntry) };
}
