/** Goal: the command line of the tester: what it takes, what it writes, its exit codes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program } from '../e2e/tools/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'p2pchat-check-'));
const small = join(folder, 'small-peer.mjs');
const entry = fileURLToPath(new URL('small/small-peer-main.ts', import.meta.url));
const PATIENT = ['--patience', '8', '--no-color'];

beforeAll(async () => {
  await build({ entryPoints: [entry], outfile: small, bundle: true, platform: 'node', format: 'esm' });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function check(...words: string[]): Promise<Program> {
  const program = new Program(['check', ...words]);
  await program.ended(100_000);
  return program;
}

const peer = (...fault: string[]) => [
  '--',
  process.execPath,
  small,
  '{addr}',
  '{port}',
  '{myport}',
  ...fault,
];

test('--list shows all cases by section and runs none', async () => {
  const { lines, exit } = await check('peer', '--list');
  expect(exit?.code).toBe(0);
  expect(lines.filter((line) => /^ {2}\d/.test(line))).toHaveLength(127);
  expect(lines).toContain('2.6 Handshake, receiving side');
});

test('room-server --list shows its cases; --only keeps those of one section', async () => {
  const { lines, exit } = await check('room-server', '--list', '--only', '1');
  expect([exit?.code, lines.filter((line) => /^ {2}\d/.test(line)).length]).toEqual([0, 4]);
  expect(lines).toContain('1 Frames');
});

test('all passed: exit code 0, a line for each case, the table', async () => {
  const { lines, exit } = await check('peer', ...PATIENT, '--only', '2.6', ...peer());
  expect(exit?.code).toBe(0);
  expect(lines.filter((line) => / ✓ 2\.6\.\d/.test(line))).toHaveLength(9);
  // One that is a should, and not done.
  expect(lines.filter((line) => / ! 2\.6\.10 /.test(line))).toHaveLength(1);
  expect(lines.join('\n')).toMatch(/2\.6 Handshake, receiving side +9 +0 +1 +0/);
  expect(lines.at(-1)).toMatch(/^9 passed, 1 warned in /);
});

test('--strict: a should fails it', async () => {
  const { exit } = await check('peer', ...PATIENT, '--strict', '--only', '2.6.10', ...peer());
  expect(exit?.code).toBe(1);
});

test('one failed: exit code 1, and what is wrong, where, by which sentence, with the wires', async () => {
  const { lines, exit } = await check(
    'peer',
    ...PATIENT,
    '--only',
    '1.5',
    ...peer('msgLength with the end mark'),
  );
  const text = lines.join('\n');
  expect(exit?.code).toBe(1);
  expect(text).toContain(
    'msgLength of T is "15"; the contract wants 11, the number of bytes of the content.',
  );
  expect(text).toContain('docs/PROTOCOL.md, 1 Frames: TEXT is "T:room:originHID:');
  expect(text).toContain('look for:');
  expect(text).toMatch(/program → room server {2}TCP 1 {2}"J:check:alice:/);
  const marked = lines.findIndex((line) => line.includes(':1:15:hello there'));
  expect(lines[marked + 1]?.trimEnd().length).toBe((lines[marked]?.indexOf(':15:') ?? 0) + 3);
});

test('reports: JUnit, JSON with frames and fields, Gradescope with the points of the assignment', async () => {
  const files = ['junit.xml', 'all.json', 'results.json'].map((name) => join(folder, name));
  const [junit = '', json = '', gradescope = ''] = files;
  const outputs = ['--junit', junit, '--json', json, '--gradescope', gradescope];
  await check('peer', ...PATIENT, ...outputs, '--only', '2.2.1', ...peer('takes an empty name'));
  expect(readFileSync(junit, 'utf8')).toMatch(
    /<testcase [^>]*name="2\.2\.1 [^>]*>\s*<failure message="Without a name/,
  );
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report.results[0]).toMatchObject({ address: '2.2.1', verdict: 'failed', mark: 'User' });
  const join1 = report.results[0].frames.find((frame: { kind: string }) => frame.kind === 'JOIN');
  expect(join1.fields[2]).toMatchObject({ name: 'user', value: 'nameless' });
  expect(JSON.parse(readFileSync(gradescope, 'utf8'))).toMatchObject({
    score: 0,
    tests: [{ number: '2.2.1', score: 0, max_score: 1.5, status: 'failed' }],
  });
});

test('could not run: exit code 2 for a program that is not there, and for wrong usage', async () => {
  const missing = await check('peer', '--only', '1.1', '--', join(folder, 'no-such-program'));
  expect(missing.exit?.code).toBe(2);
  expect(missing.lines.join('\n')).toContain("can't be started");
  expect((await check('peer')).exit?.code).toBe(2);
  expect((await check('peer', '--only', '9.9', ...peer())).exit?.code).toBe(2);
  expect((await check('room-server', '--only', '1.2', '127.0.0.1:1')).exit?.code).toBe(2);
});

test('--words: a program with other words is driven by them; a file that is none is wrong usage', async () => {
  const words = join(folder, 'words.txt');
  const other = join(folder, 'other-words.mjs');
  const swapped = readFileSync(small, 'utf8').replace('"/user"', '"/nick"').replaceAll('[msg] ', 'CHAT>');
  writeFileSync(other, swapped);
  writeFileSync(words, '# other words\nuser = /nick {}\nmessage = CHAT>\n');
  const command = ['--', process.execPath, other];
  expect((await check('peer', ...PATIENT, '--words', words, '--only', '2.2.2', ...command)).exit?.code).toBe(
    0,
  );
  writeFileSync(words, 'shout = x\n');
  const wrong = await check('peer', '--words', words, ...command);
  expect([wrong.exit?.code, wrong.errors]).toEqual([
    2,
    expect.stringContaining('Line 1 is no "button = line"'),
  ]);
});

test('--unreliable: pieces and delays, and a good program still passes', async () => {
  const { exit } = await check('peer', ...PATIENT, '--unreliable', '--only', '2.7.2', ...peer());
  expect(exit?.code).toBe(0);
});

test('--unreliable: a program that takes one read for one frame fails what it passes otherwise; --seed is a number', async () => {
  const words = [...PATIENT, '--only', '2.7.1'];
  const fault = peer('one read is one frame');
  expect((await check('peer', ...words, ...fault)).exit?.code).toBe(0);
  const seeded = ['--unreliable', '--seed', '7'];
  expect((await check('peer', ...words, ...seeded, ...fault)).exit?.code).toBe(1);
  expect((await check('peer', ...words, '--seed', 'x', ...fault)).exit?.code).toBe(2);
});

test('--html: one page without scripts, a case opens to its frames; nothing of the program is markup', async () => {
  const page = join(folder, 'page.html');
  await check('peer', ...PATIENT, '--html', page, '--only', '2.2.6', ...peer('shows one room'));
  const html = readFileSync(page, 'utf8');
  expect(html).toMatch(/<details class="failed" id="case-2\.2\.6" open>/);
  expect(html).toContain('GROUPS');
  expect(html).toMatch(/<svg [\s\S]*room server[\s\S]*<\/svg>/);
  expect(html).not.toContain('<script');
  expect(html).toContain('Marks of the assignment: stage 1: 0 of 1.5');
});

test('--matrix: programs beside each other, the worst exit code', async () => {
  const one = `${process.execPath} ${small} {addr} {port} {myport}`;
  const words = ['--patience', '8', '--no-color', '--only', '2.2.3'];
  const { lines, exit } = await check('--matrix', one, `${one} 'keeps the first name'`, ...words);
  expect(exit?.code).toBe(1);
  expect(lines.find((line) => line.startsWith('2.2.3 '))).toMatch(/ {5}✓ {5}✗$/);
  expect(lines.at(-2)).toMatch(/^marks of stage 1 +1\.5 +0$/);
});

test('--against: rooms of several programs have both', async () => {
  const other = `${process.execPath} dist/cli.js {addr} {port} {myport}`;
  const json = join(folder, 'mixed.json');
  const words = [...PATIENT, '--json', json, '--only', '2.7.12', '--against', other];
  expect((await check('peer', ...words, ...peer())).exit?.code).toBe(0);
  const { output } = JSON.parse(readFileSync(json, 'utf8')).results[0];
  expect(output).toContain('Forward link to');
  expect(output).toContain('[cmd] joined check');
});

test('--watch: runs again when the program changes, and ends with a signal', async () => {
  const program = new Program(['check', 'peer', ...PATIENT, '--watch', '--only', '1.1', ...peer()]);
  await program.waitForCount(1, /Waiting for the program to change/);
  writeFileSync(small, `${readFileSync(small, 'utf8')}\n`);
  await program.waitForCount(2, /Waiting for the program to change/);
  program.signal('SIGINT');
  expect((await program.ended()).code).toBe(0);
  expect(program.count(/ ✓ 1\.1 /)).toBe(2);
});
