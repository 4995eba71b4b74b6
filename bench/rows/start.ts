/**
 * Start-up: until the help is printed and until the first prompt stands, against a node that does nothing.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { ENTRY } from '../load/processes/program.ts';
import { freePort } from '../load/sockets.ts';
import { atMost, byTurns, compared, type Effort, medians, type Pair, type RowGroup } from '../results/row.ts';

const RUNS = 15;
const PROMPT = 'START';
const HELP_MOST = 2.5;
const PROMPT_MOST = 6;

async function nothing(): Promise<number> {
  return untilExit(['-e', '0']);
}

async function untilExit(words: readonly string[]): Promise<number> {
  const fromMs = performance.now();
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`node ${words.join(' ')} has ended with ${code}`);
  return performance.now() - fromMs;
}

/** In a pseudo terminal, because only a terminal gets a prompt. */
async function untilPrompt(): Promise<number> {
  // Native code, which no bundle can hold.
  const { spawn: spawnInTerminal } = createRequire(import.meta.url)(
    '@lydell/node-pty',
  ) as typeof import('@lydell/node-pty');
  const words = [ENTRY, LOOPBACK, String(await freePort()), String(await freePort())];
  const fromMs = performance.now();
  const terminal = spawnInTerminal(process.execPath, words, { cols: 100, rows: 30, name: 'xterm-256color' });
  const hasEnded = new Promise<void>((resolve) => terminal.onExit(() => resolve()));
  let shown = '';
  const tookMs = await new Promise<number>((resolve) => {
    terminal.onData((text) => {
      shown += text;
      if (shown.includes(PROMPT)) resolve(performance.now() - fromMs);
    });
  });
  terminal.kill('SIGKILL');
  await hasEnded;
  return tookMs;
}

function figures(pairs: readonly Pair<number>[]): string {
  const { program, limit } = medians(pairs, (tookMs) => tookMs);
  return `${program.toFixed(0)} against ${limit.toFixed(0)} ms`;
}

/** Start. */
export const START: RowGroup = {
  name: 'start',
  async *measure(given) {
    const effort: Effort = given.name === 'full' ? { ...given, runs: RUNS } : given;
    const help = await byTurns(effort, () => untilExit([ENTRY, '--help']), nothing);
    yield compared(
      'start, --help against node -e 0',
      atMost(HELP_MOST),
      help,
      (tookMs) => tookMs,
      figures(help),
    );
    const prompt = await byTurns(effort, untilPrompt, nothing);
    yield compared(
      'start, first prompt against node -e 0',
      atMost(PROMPT_MOST),
      prompt,
      (tookMs) => tookMs,
      figures(prompt),
    );
  },
};
