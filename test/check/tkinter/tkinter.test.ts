/**
 * Goal: a program with the windows of the assignment is tested without a display, by a shim of its tkinter.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Result } from '../../../src/check/result.ts';
import { Program } from '../../e2e/tools/program.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('SKIPPED: the test of a Tkinter program, because python3 is not installed.');
const PEER = fileURLToPath(new URL('small_tkinter_peer.py', import.meta.url));

test.skipIf(!hasPython)(
  'its buttons are pressed, its windows are read, what is not written yet fails',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'p2pchat-tkinter-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const json = join(folder, 'results.json');
    const words = ['check', 'peer', '--tkinter', '--patience', '3', '--json', json, '--only', '2.2'];
    const program = new Program([...words, '--', 'python3', PEER, '{addr}', '{port}', '{myport}']);
    expect((await program.ended(110_000)).code).toBe(1);
    const { results }: { results: Result[] } = JSON.parse(readFileSync(json, 'utf8'));
    const verdicts = new Map(results.map(({ address, verdict }) => [address, verdict]));
    const passed = [...verdicts].filter(([, verdict]) => verdict === 'passed').map(([address]) => address);
    // [User] but for its change in a room, which is seen over a link; [List]; [Join]; the first of [Quit].
    const written = ['2.2.1', '2.2.2', '2.2.3', '2.2.6', '2.2.7', '2.2.8', '2.2.9', '2.2.10', '2.2.11'];
    expect(passed).toEqual(expect.arrayContaining([...written, '2.2.12', '2.2.13', '2.2.14', '2.2.28']));
    expect([verdicts.get('2.2.16'), verdicts.get('2.2.22')]).toEqual(['failed', 'failed']);
  },
);
