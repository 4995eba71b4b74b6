/** Line mode on the real stdin and stdout of a process: it has to end by itself, whatever stdin does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { Control, FIXTURE } from '../repl/terminal-session.ts';

let control: Control;
let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
  control.close();
});

test('/quit ends the process although stdin stays open, exit code 0, all lines written', async () => {
  control = new Control();
  const env = { ...process.env, CONTROL: control.path, FACE: 'line' };
  child = spawn(process.execPath, FIXTURE, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let written = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  child.stdin?.write('/frobnicate\r\n/quit\n');
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect(written).toMatch(/^\[cmd\] There is no command \/frobnicate: .*\n\[cmd\] Goodbye\.\n$/);
});

test('a reader that goes away (EPIPE) ends the process quietly', async () => {
  control = new Control();
  const env = { ...process.env, CONTROL: control.path, FACE: 'line' };
  child = spawn(process.execPath, FIXTURE, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout?.destroy();
  const { stdin } = child;
  stdin?.on('error', () => {});
  stdin?.write('/help\n'.repeat(100));
  const [code] = await once(child, 'close');
  expect([code, errors]).toEqual([0, '']);
});
