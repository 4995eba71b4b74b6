/**
 * Goal: what is piped into the program reaches the others, all of it and once, or the exit code and a
 * sentence say that it did not. Real processes on the loopback.
 */
import { describe, expect, test } from 'vitest';
import { freePort } from './tools/ports.ts';
import {
  type PeerOptions,
  type PeerProgram,
  startMember,
  startPeer,
  startRoomServer,
} from './tools/program.ts';
import { ROOM } from './tools/wire.ts';

/** What `printf … | p2pchat …` does: all is written and the input ended before the program has begun. */
async function pipe(options: PeerOptions, ...lines: string[]): Promise<PeerProgram> {
  const peer = await startPeer({ room: ROOM, ...options });
  for (const line of lines) peer.send(line);
  peer.end();
  return peer;
}

describe('echo hi | p2pchat', () => {
  test('into a room of two: each of them prints it, and the exit code is 0', async () => {
    const server = await startRoomServer();
    const members = [
      await startMember({ server: server.port, name: 'ann' }),
      await startMember({ server: server.port, name: 'bob' }),
    ];
    const bot = await pipe({ server: server.port, name: 'ci' }, 'hi');
    expect(await bot.ended()).toEqual({ code: 0, signal: null });
    for (const member of members) await member.waitFor('[msg] ci: hi');
    for (const member of members) expect(member.messages).toEqual(['[msg] ci: hi']);
    expect(bot.lines.filter((line) => line.includes('reached nobody'))).toEqual([]);
    expect(bot.errors).toBe('');
  });

  test('into a room of one, six times one after the other, by the same name and port: each is heard', async () => {
    const server = await startRoomServer();
    const ann = await startMember({ server: server.port, name: 'ann' });
    const port = await freePort();
    for (let run = 1; run <= 6; run += 1) {
      const bot = await pipe({ server: server.port, port, name: 'ci' }, `run ${run}`);
      expect(await bot.ended()).toEqual({ code: 0, signal: null });
      await ann.waitFor(`[msg] ci: run ${run}`);
    }
    expect(ann.messages).toHaveLength(6);
  });

  test('into an empty room: the exit code is 1, and a sentence names the text', async () => {
    const server = await startRoomServer();
    const bot = await pipe({ server: server.port, name: 'ci' }, 'hi');
    expect(await bot.ended()).toEqual({ code: 1, signal: null });
    expect(bot.lines).toContain('[cmd] 1 message may have reached nobody. The last: "hi".');
  });

  test('into an empty room with --json: the same in JSON', async () => {
    const server = await startRoomServer();
    const bot = await pipe({ server: server.port, name: 'ci', words: ['--json'] }, 'hi', 'ho');
    expect(await bot.ended()).toEqual({ code: 1, signal: null });
    const warnings = bot.lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([
      '2 messages may have reached nobody. The last: "ho".',
    ]);
  });

  test('without a room server: the exit code is 1, and nothing hangs', async () => {
    const bot = await pipe({ server: await freePort(), name: 'ci' }, 'hi');
    expect(await bot.ended()).toEqual({ code: 1, signal: null });
    expect(bot.lines).toContain('[cmd] 1 message may have reached nobody. The last: "hi".');
  });

  test('commands alone are no messages: the exit code is 0', async () => {
    const server = await startRoomServer();
    const bot = await pipe({ server: server.port, name: 'ci' }, '/list', '/status');
    expect(await bot.ended()).toEqual({ code: 0, signal: null });
  });
});

test('20,000 lines piped into one of three: the other two print every line once, in order', async () => {
  const LINES = 20_000;
  const server = await startRoomServer();
  const readers = [
    await startMember({ server: server.port, name: 'ann' }),
    await startMember({ server: server.port, name: 'bob' }),
  ];
  const source = await startPeer({ server: server.port, name: 'ci', room: ROOM });
  const lines = Array.from({ length: LINES }, (_, at) => `line ${at + 1} ${'.'.repeat(40)}`);
  source.send(lines.join('\n'));
  source.end();
  expect(await source.ended(60_000)).toEqual({ code: 0, signal: null });
  const expected = lines.map((line) => `[msg] ci: ${line}`);
  for (const reader of readers) {
    await reader.waitFor(expected.at(-1) ?? '');
    const { messages } = reader;
    expect(messages.length).toBe(LINES);
    expect(messages.findIndex((line, at) => line !== expected[at])).toBe(-1);
    expect(reader.lines.filter((line) => line.includes('does not read fast enough'))).toEqual([]);
  }
  expect(source.lines.filter((line) => line.includes('reached nobody'))).toEqual([]);
});

/** Resolves when a program has printed something, and then nothing for a second. */
async function stopOf(program: PeerProgram): Promise<void> {
  let before = -1;
  while (program.messages.length === 0 || program.messages.length > before) {
    before = program.messages.length;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

test('a pipe that is not read until a flood of 16 MB has come to a stop misses no line', async () => {
  const LINES = 40_000;
  const server = await startRoomServer();
  // On a busy computer the stop may take a while to be seen.
  const limits = { slowConsumerMs: 60_000 };
  const reader = await startMember({ server: server.port, name: 'ann', limits });
  const source = await startPeer({ server: server.port, name: 'ci', room: ROOM, limits });
  const lines = Array.from({ length: LINES }, (_, at) => `line ${at + 1} ${'.'.repeat(400)}`);
  reader.stopReading();
  source.send(lines.join('\n'));
  source.end();
  await stopOf(source);
  expect(source.count(/^.msg. ci: /)).toBeLessThan(LINES);
  reader.readOn();
  expect(await source.ended(60_000)).toEqual({ code: 0, signal: null });
  const expected = lines.map((line) => `[msg] ci: ${line}`);
  await reader.waitFor(expected.at(-1) ?? '');
  const { messages } = reader;
  expect(messages.length).toBe(LINES);
  expect(messages.findIndex((line, at) => line !== expected[at])).toBe(-1);
  expect(reader.lines.filter((line) => line.includes('left out'))).toEqual([]);
});

describe('the exit code at the end of the input', () => {
  test.each([
    ['a line that is no command', ['/jion tea'], 1],
    ['a command that is refused', ['/poke nobody'], 1],
    ['what is asked and answered', ['/list', '/members'], 0],
  ])('after %s', async (_, lines, code) => {
    const server = await startRoomServer();
    const bot = await pipe({ server: server.port, name: 'ci' }, ...lines);
    expect(await bot.ended()).toEqual({ code, signal: null });
  });

  test('after a Join that the room server did not answer', async () => {
    const bot = await pipe({ server: await freePort(), name: 'ci' });
    expect(await bot.ended()).toEqual({ code: 1, signal: null });
  });

  test('after /quit is 0, whatever was refused before it', async () => {
    const server = await startRoomServer();
    const bot = await pipe({ server: server.port, name: 'ci' }, '/jion tea', '/quit');
    expect(await bot.ended()).toEqual({ code: 0, signal: null });
  });
});
