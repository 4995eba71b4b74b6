/**
 * Goal: a terminal that was full before the program said its first word, and that nobody reads, stops neither
 * the demo nor a simulation, whichever of their standard streams it is.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { PtyProgram } from '../tools/pty.ts';
import { closeBehindTest } from '../tools/teardown.ts';

/** More than a terminal and its kernel keep; the program begins when nobody reads any more. */
const FILL = `head -c 300000 /dev/zero | tr '\\0' x >&2 & until [ -e "$GO" ]; do sleep 0.02; done;`;
const ANSWERS = 20;

/** @param command a shell command; `$P2PCHAT` in it starts the program. */
async function inFullTerminal(words: readonly string[], command: string): Promise<PtyProgram> {
  const directory = mkdtempSync(join(tmpdir(), 'p2pchat-unread-'));
  closeBehindTest(() => rmSync(directory, { recursive: true }));
  const go = join(directory, 'go');
  const program = new PtyProgram(words, { shell: `${FILL} ${command}`, env: { GO: go } });
  await program.shows(/x{100}/);
  program.stopReading();
  writeFileSync(go, '');
  return program;
}

/** Its end, which it must come to while nobody reads. */
async function endsUnread(program: PtyProgram): Promise<number> {
  await expect.poll(() => isRunning(program.pid)).toBe(false);
  program.read();
  const { exitCode } = await program.ended();
  return exitCode;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function hasAnswered(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status > 0;
  } catch {
    // It does not listen yet.
    return false;
  }
}

// A shell that becomes the program, so that its process is the terminal's.
test.each([
  ['on it', 'exec $P2PCHAT'],
  ['on a full disk, which is said on it', 'exec $P2PCHAT > /dev/full'],
])('a demo with its output %s goes on, and ends', async (_, command) => {
  const port = await freePort();
  const words = ['demo', '--peers', '3', '--port', String(port)];
  const demo = await inFullTerminal(words, command);
  await expect.poll(() => hasAnswered(`http://127.0.0.1:${port}/`)).toBe(true);
  for (let count = 0; count < ANSWERS; count += 1)
    expect(await hasAnswered(`http://127.0.0.1:${port}/`)).toBe(true);
  demo.signal('SIGTERM');
  expect(await endsUnread(demo)).toBe(0);
});

test.each([
  [1, 'and its report', 'exec $P2PCHAT'],
  [2, 'its report elsewhere', 'exec $P2PCHAT > /dev/null'],
])(
  'a simulation in %i processes with its progress on it, %s, goes on, and ends',
  async (jobs, _, command) => {
    const words = ['simulate', '--seeds', '1-6', '--minutes', '0.02', '--peers', '3', '--jobs', String(jobs)];
    expect(await endsUnread(await inFullTerminal(words, command))).toBe(0);
  },
);
