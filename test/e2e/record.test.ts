/**
 * `--record` as its users meet it, with real processes: what a peer did is in the file, also after a kill; a
 * bound and a full disk cost the recording only; no secret of the console is in it.
 */
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/log/entry.ts';
import { RecordingReader } from '../../src/log/file/recording-reader.ts';
import { Program } from './tools/program.ts';
import { fileIn, watchedRoom } from './tools/watched-room.ts';

function readOf(path: string) {
  const entries: LogEntry[] = [];
  const reader = new RecordingReader((entry) => entries.push(entry));
  reader.push(readFileSync(path, 'utf8'));
  reader.end();
  return { entries, header: reader.header, problems: reader.problems };
}

function said(entries: readonly LogEntry[]): string[] {
  return entries.flatMap((entry) =>
    entry.type === 'notice' && entry.notice === 'text' ? [`${entry.speaker}: ${entry.text}`] : [],
  );
}

test('all that a peer did is in the file when it has quit, each frame that it sent with its cause', async () => {
  const path = fileIn('room.ndjson');
  const { bob, alice } = await watchedRoom(['--record', path, '--web']);
  bob.send('good morning');
  await alice.waitFor('[msg] bob: good morning');
  alice.send('hello bob');
  await bob.waitFor('[msg] alice: hello bob');
  alice.send('/quit');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
  const { entries, header, problems } = readOf(path);
  expect(problems).toEqual([]);
  expect(header).toMatchObject({ source: 'peer', hasTexts: true });
  expect(said(entries)).toEqual(['bob: good morning', 'alice: hello bob']);
  const sent = entries.filter((entry) => entry.type === 'frame' && entry.direction === 'out');
  expect(sent.length).toBeGreaterThan(2);
  expect(sent.filter(({ causedBy }) => causedBy === null)).toEqual([]);
  expect(entries.filter(({ type }) => type === 'life')).toMatchObject([
    { what: 'started' },
    { what: 'ended' },
  ]);
  const token = /token=([\w-]+)/.exec(alice.lines.join('\n'))?.[1];
  expect(token).toMatch(/^.{20,}$/);
  expect(readFileSync(path, 'utf8')).not.toContain(token);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('after a kill it can be read to its last whole line', async () => {
  const path = fileIn('room.ndjson');
  const { bob, alice } = await watchedRoom(['--record', path]);
  bob.send('the last words');
  await alice.waitFor('[msg] bob: the last words');
  await expect.poll(() => said(readOf(path).entries)).toEqual(['bob: the last words']);
  alice.signal('SIGKILL');
  expect(await alice.ended()).toEqual({ code: null, signal: 'SIGKILL' });
  const { entries, problems } = readOf(path);
  expect(said(entries)).toEqual(['bob: the last words']);
  expect(problems.length).toBeLessThanOrEqual(1);
});

test('at its largest size it ends, in whole lines, and says so; the chat goes on', async () => {
  const path = fileIn('room.ndjson');
  const most = 65_536;
  const { bob, alice } = await watchedRoom(['--record', path, '--record-max', '64k']);
  for (let number = 1; number <= 400; number += 1) bob.send(`message ${number} ${'x'.repeat(200)}`);
  await alice.waitFor(/^\[msg\] bob: message 400 /);
  expect(alice.errors + alice.lines.join('\n')).toMatch(/has its largest size \(65536 bytes\)/);
  expect(statSync(path).size).toBeLessThanOrEqual(most);
  expect(readOf(path).problems).toEqual([]);
});

test('on a full disk the recording ends, and nothing else', async () => {
  const { bob, alice } = await watchedRoom(['--record', '/dev/full']);
  bob.send('still here?');
  await alice.waitFor('[msg] bob: still here?');
  expect(alice.errors + alice.lines.join('\n')).toMatch(/The recording \/dev\/full can't be written: ENOSPC/);
  alice.send('/quit');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
});

test('a file that cannot be made is said before anything begins', async () => {
  const program = new Program(['--record', '/nowhere/room.ndjson']);
  expect(await program.ended()).toEqual({ code: 1, signal: null });
  expect(program.errors).toMatch(/Cannot write the recording \/nowhere\/room\.ndjson: ENOENT/);
});

test('without texts: who spoke is in it, and not what', async () => {
  const path = fileIn('room.ndjson');
  const { bob, alice } = await watchedRoom(['--record', path, '--record-no-text']);
  bob.send('a secret');
  await alice.waitFor('[msg] bob: a secret');
  alice.send('/quit');
  await alice.ended();
  expect(said(readOf(path).entries)).toEqual(['bob: ']);
  expect(readFileSync(path, 'utf8')).not.toMatch(/a secret/);
});

test('one simulated world goes into a file, and the room server and the demo write theirs', async () => {
  const path = fileIn('room.ndjson');
  const world = new Program(['simulate', '--seed', '5', '--minutes', '0.2', '--record', path]);
  expect(await world.ended()).toEqual({ code: 0, signal: null });
  const { header, entries } = readOf(path);
  expect(header).toMatchObject({ source: 'simulate', startedMs: null });
  expect(header?.replay).toContain('p2pchat simulate --seed 5');
  expect(new Set(entries.map(({ party }) => party)).size).toBeGreaterThan(2);

  const demo = new Program(['demo', '--peers', '2', '--record', path]);
  await demo.waitFor(/^In the room demo/);
  demo.signal('SIGINT');
  expect((await demo.ended()).code).toBe(0);
  const parties = new Set(readOf(path).entries.map(({ party }) => party));
  expect([...parties].sort()).toEqual(['peer-1', 'peer-2', 'room server']);
});

test('several worlds at once are no recording', async () => {
  const program = new Program(['simulate', '--seeds', '1-2', '--record', fileIn('room.ndjson')]);
  expect((await program.ended()).code).toBe(2);
  expect(program.errors).toMatch(/--record records one world: give --seed/);
});

test('replay: says what the recording is, which lines can not be read, and opens a console; Ctrl-C ends it', async () => {
  const path = fileIn('room.ndjson');
  const world = new Program(['simulate', '--seed', '5', '--minutes', '0.1', '--record', path]);
  await world.ended();
  appendFileSync(path, 'no entry\n');
  const replay = new Program(['replay', path]);
  await replay.waitFor(/^Line \d+ was passed over: it is not JSON\.$/);
  await replay.waitFor(/^A recording of a simulated world: \d+ entries of \d+ parties\.$/);
  const line = await replay.waitFor(/^Web console: http/);
  const answer = await fetch(line.replace('Web console: ', ''), { redirect: 'manual' });
  expect(answer.status).toBe(303);
  replay.signal('SIGINT');
  expect(await replay.ended()).toEqual({ code: 0, signal: null });
});

test('replay of what is no recording says so', async () => {
  const replay = new Program(['replay', '/dev/null']);
  expect((await replay.ended()).code).toBe(1);
  expect(replay.errors).toMatch(/^p2pchat: \/dev\/null is no recording: it is empty\.$/m);
});
