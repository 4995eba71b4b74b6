/**
 * Goal: `check peer --listen`: a program that somebody starts by hand, and whose buttons somebody presses, is
 * tested like any other. The somebody is this test: it does what the tester says on standard error.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../e2e/tools/ports.ts';
import { Program } from '../e2e/tools/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'p2pchat-by-hand-'));
const small = join(folder, 'small-peer.mjs');
const entry = fileURLToPath(new URL('small/small-peer-main.ts', import.meta.url));
const LOOK_MS = 20;
const DEADLINE_MS = 60_000;

beforeAll(async () => {
  await build({ entryPoints: [entry], outfile: small, bundle: true, platform: 'node', format: 'esm' });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Does what the tester asks for, as a person at two windows. */
class Hands {
  /** What the tester has said. */
  readonly told: string[] = [];
  readonly #tester: Program;
  readonly #fault: string[];
  #child: ChildProcessWithoutNullStreams | undefined;
  #shown = '';
  #read = 0;

  constructor(tester: Program, fault: string[] = []) {
    this.#tester = tester;
    this.#fault = fault;
  }

  /** Resolves with the exit code of the tester. */
  async work(): Promise<number | null | undefined> {
    const untilMs = performance.now() + DEADLINE_MS;
    while (this.#tester.exit === undefined && performance.now() < untilMs) {
      const fresh = this.#tester.errors.slice(this.#read);
      this.#read += fresh.length;
      for (const [line] of fresh.matchAll(/[▶?] [^▶?\n]*(\? \[y\/n\] )?/g)) await this.#do(line);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.#child?.kill('SIGKILL');
    return this.#tester.exit?.code;
  }

  async #do(line: string): Promise<void> {
    this.told.push(line);
    const [, address = ''] = /^▶ Start the program anew: (.*)/.exec(line) ?? [];
    const [, button = '', typed = ''] =
      /^▶ Press \[(\w+)\](?: with (?:"(.*)"|an empty field))?\.$/.exec(line) ?? [];
    if (address !== '') this.#start(address.split(' '));
    else if (button !== '') this.#child?.stdin.write(`${`/${button.toLowerCase()} ${typed}`.trimEnd()}\n`);
    else if (/^▶ .*Enter/.test(line)) {
      if (line.includes('End the program')) this.#child?.kill('SIGKILL');
      this.#tester.send('');
    } else if (line.startsWith('?')) this.#tester.send((await this.#sees(line)) ? 'y' : 'n');
  }

  #start(address: string[]): void {
    this.#child?.kill('SIGKILL');
    this.#shown = '';
    this.#child = spawn(process.execPath, [small, ...address, ...this.#fault]);
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (text: Buffer) => {
      this.#shown += text.toString();
    });
  }

  /** Whether the window shows what is asked for: looked at for a second, as a person would. */
  async #sees(question: string): Promise<boolean> {
    const words = [...question.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word);
    for (let look = 0; look < 50; look += 1) {
      if (words.every((word) => this.#shown.includes(word))) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  }
}

async function byHand(only: string, ...fault: string[]) {
  const port = await freePort();
  const tester = new Program(['check', 'peer', '--listen', `${port}`, '--only', only, '--no-color']);
  const hands = new Hands(tester, fault);
  return { code: await hands.work(), tester, told: hands.told, port };
}

test('what is sent and what is shown: all of a section passes, with exit code 0', async () => {
  const { code, tester, told, port } = await byHand('2.6.1');
  expect([code, tester.errors]).toEqual([0, expect.any(String)]);
  expect(tester.count(/ ✓ 2\.6\.1 /)).toBe(1);
  expect(told[0]).toMatch(new RegExp(`^▶ Start the program anew: 127\\.0\\.0\\.1 ${port} \\d+$`));
  expect(told).toContain('▶ Press [Join] with "check".');
});

test('what only eyes can see is asked: a program that shows it passes', async () => {
  const { code, told } = await byHand('2.7.1');
  expect(code).toBe(0);
  expect(told.join('\n')).toMatch(/\? Does the Message window show ".*" and ".*"\?/);
});

test('one that does not fails, with exit code 1 and what is wrong', async () => {
  const { code, tester } = await byHand('2.2.16', 'own messages are not shown');
  expect(code).toBe(1);
  expect(tester.lines.join('\n')).toMatch(/The (Message window|windows?) does not show/);
});

test('cases of several programs are not run; where nothing is judged the exit code is 2', async () => {
  const { code, tester } = await byHand('2.7.12');
  expect(code).toBe(2);
  expect(tester.lines.join('\n')).toMatch(/2\.7\.12 /);
});

test('an input that ends is nobody to wait for: at once, exit code 2', async () => {
  const tester = new Program([
    'check',
    'peer',
    '--listen',
    `${await freePort()}`,
    '--only',
    '2.6',
    '--no-color',
  ]);
  tester.end();
  expect((await tester.ended()).code).toBe(2);
  expect(tester.lines.join('\n')).toContain('Nobody presses the buttons any more: the input has ended.');
});

test('a command behind --listen is wrong usage', async () => {
  const tester = new Program(['check', 'peer', '--listen', '32340', '--', 'x']);
  expect((await tester.ended()).code).toBe(2);
  expect(tester.errors).toContain('with --listen you start the program');
});
