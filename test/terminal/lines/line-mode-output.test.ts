import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { OUTPUT_QUEUE_MAX_BYTES, WRITE_CHARACTERS } from '../../../src/terminal/limits.ts';
import { runLineMode } from '../../../src/terminal/lines/line-mode.ts';
import type { Notice } from '../../../src/words/notices.ts';
import { NotJoinedError } from '../../../src/words/refusals.ts';
import { CONNECTED, FakePeer, said } from '../fake-peer.ts';
import { stoppedClock } from '../test-clock.ts';
import { linesAtEnd, QUIT, start, TIME_MS, turns } from './line-mode-face.ts';

const TIME = '2026-01-02T03:04:05.678Z';

describe('output', () => {
  const poked: Notice = { window: 'message', type: 'poked', user: 'bob' };

  test('every line begins with its window', async () => {
    const face = start();
    face.peer.notices.next(said('bob', 'hello: world'));
    face.peer.notices.next(poked);
    face.peer.notices.next({ window: 'command', type: 'named', user: 'alice' });
    face.peer.notices.next(said('e\x1bve', 'a\r\n[cmd] forged\x9b2J'));
    expect(await linesAtEnd(face)).toEqual([
      '[msg] bob: hello: world',
      '[msg] bob pokes you!',
      '[cmd] Your name is alice.',
      '[msg] e^[ve: a^M^J[cmd] forged\\x9b2J',
      '[cmd] Goodbye.',
    ]);
  });

  test('a line is written at once', () => {
    const face = start();
    face.peer.notices.next(poked);
    expect(face.output.read()).toBe('[msg] bob pokes you!\n');
  });

  test('lines that follow it in the same turn are written together behind it, in order', async () => {
    const face = start();
    const writes: string[] = [];
    face.output.on('data', (text: string) => writes.push(text));
    for (const content of ['one', 'two', 'three']) face.peer.notices.next(said('bob', content));
    await turns();
    expect(writes).toEqual(['[msg] bob: one\n', '[msg] bob: two\n[msg] bob: three\n']);
    face.peer.notices.next(said('bob', 'four'));
    await turns();
    expect(writes.slice(2)).toEqual(['[msg] bob: four\n']);
  });

  test('questions are answered and errors told in the Command window', async () => {
    const face = start({ status: CONNECTED });
    face.input.write('/links\n/jion x\n');
    const lines = await linesAtEnd(face);
    expect(lines.slice(0, 4)).toEqual([
      '[cmd] 1 link:',
      '[cmd] DIRECTION  NAME  ADDRESS         HASH ID               DROPPED',
      '[cmd] forward    bob   127.0.0.1:5002  17852666819177020069  2 duplicate',
      '[cmd] There is no command /jion: did you mean /join? (/help lists them all.)',
    ]);
  });

  test('an output that has gone (EPIPE) quits quietly', async () => {
    const peer = new FakePeer();
    const gone = Object.assign(new Error('EPIPE'), { code: 'EPIPE' });
    const output = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
    const clock = stoppedClock(TIME_MS);
    const ended = runLineMode(peer, { input: new PassThrough(), output, clock, json: false });
    peer.start();
    peer.notices.next(poked);
    await ended;
    expect(peer.commands).toEqual([QUIT]);
  });

  test('an output that nobody reads takes bounded memory, and what was left out is counted', async () => {
    const peer = new FakePeer();
    const written: string[] = [];
    const waiting: (() => void)[] = [];
    const take = (chunk: Buffer, _encoding: string, done: () => void): void => {
      written.push(chunk.toString());
      waiting.push(done);
    };
    const output = new Writable({ write: take });
    const clock = stoppedClock(TIME_MS);
    const ended = runLineMode(peer, { input: new PassThrough(), output, clock, json: false });
    peer.start();
    const content = 'x'.repeat(100_000);
    const sent = 200;
    for (let count = 0; count < sent; count += 1) peer.notices.next(said('bob', content));
    expect(output.writableLength).toBeLessThan(OUTPUT_QUEUE_MAX_BYTES + 2 * content.length);
    peer.terminate();
    for (let done = waiting.shift(); done !== undefined; done = waiting.shift()) {
      done();
      await new Promise(setImmediate);
    }
    await ended;
    const lines = written.join('').split('\n');
    const kept = lines.filter((line) => line.startsWith('[msg]')).length;
    expect(lines.at(-2)).toBe(
      `[cmd] ${sent - kept + 1} notices were left out here: the output was not read fast enough.`,
    );
  });
});

describe('a pipe whose reader is slow', () => {
  const CONTENT = 'x'.repeat(400);

  /** An output that takes one write when it is told to. */
  function slowPipe() {
    const peer = new FakePeer();
    const written: string[] = [];
    const waiting: (() => void)[] = [];
    const output = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding: string, done: () => void): void => {
        written.push(chunk);
        waiting.push(done);
      },
    });
    const clock = stoppedClock(TIME_MS);
    const input = new PassThrough();
    const ended = runLineMode(peer, { input, output, clock, json: false, isOutputAwaited: true });
    peer.start();
    const take = async () => {
      waiting.shift()?.();
      await new Promise(setImmediate);
    };
    return { peer, written, waiting, ended, take };
  }

  test('makes the room wait, and misses no line of ten times the mark', async () => {
    const { peer, written, waiting, ended, take } = slowPipe();
    let sent = 0;
    while (sent < 7_000) {
      // As a chunk of a link brings them; the room that waits brings none.
      for (let count = 0; count < 150 && !peer.flow.isBusy; count += 1) {
        sent += 1;
        peer.notices.next(said('bob', `${sent} ${CONTENT}`));
      }
      await take();
    }
    expect(written.length).toBeGreaterThan(1);
    while (waiting.length > 0) await take();
    peer.terminate();
    while (waiting.length > 0) await take();
    await ended;
    const lines = written.join('').split('\n');
    const expected = Array.from({ length: sent }, (_, at) => `[msg] bob: ${at + 1} ${CONTENT}`);
    expect(lines.slice(0, -2)).toEqual(expected);
    expect(peer.flow.isBusy).toBe(false);
  });

  test('is given a slice at a time, so that it is seen to take something', async () => {
    const { peer, written, take } = slowPipe();
    for (let count = 0; count < 1_000; count += 1) peer.notices.next(said('bob', CONTENT));
    await turns();
    expect(peer.flow.isBusy).toBe(true);
    for (let slice = 0; slice < 6; slice += 1) {
      expect(peer.flow.isBusy).toBe(true);
      await take();
    }
    expect(Math.max(...written.map((text) => text.length))).toBeLessThan(WRITE_CHARACTERS + 500);
    await take();
    expect(peer.flow.isBusy).toBe(false);
  });

  test('and has gone holds nobody back', async () => {
    const peer = new FakePeer();
    const output = new Writable({ write: () => {} });
    const clock = stoppedClock(TIME_MS);
    const options = { input: new PassThrough(), output, clock, json: false, isOutputAwaited: true };
    const ended = runLineMode(peer, options);
    peer.start();
    peer.onCommand = () => {};
    for (let count = 0; count < 1_000; count += 1) peer.notices.next(said('bob', CONTENT));
    await turns();
    expect(peer.flow.isBusy).toBe(true);
    output.destroy();
    await turns();
    expect(peer.flow.isBusy).toBe(false);
    expect(peer.commands).toEqual([QUIT]);
    peer.terminate();
    await ended;
  });
});

describe('--json', () => {
  async function objects(face: ReturnType<typeof start>): Promise<unknown[]> {
    return (await linesAtEnd(face)).map((line) => JSON.parse(line));
  }

  test('a notice is one object: window, type, its fields, time', async () => {
    const face = start({ json: true });
    const message = said('bob', 'a\n\x1b\x9b\u202e"b"');
    face.peer.notices.next(message);
    expect(String(face.output.read())).toBe(
      '{"window":"message","type":"text","user":"bob","content":"a\\n\\u001b\\u009b\\u202e\\"b\\"",' +
        `"own":false,"originHid":"1","msgId":1,"time":"${TIME}"}\n`,
    );
    expect(await objects(face)).toEqual([{ window: 'command', type: 'quit', time: TIME }]);
  });

  test('what is refused has name and message of its error', async () => {
    const face = start({ json: true });
    const error = new NotJoinedError();
    face.peer.notices.next({ window: 'command', type: 'refused', command: 'send', input: 'x', error });
    face.input.write('/list x\n');
    expect((await objects(face)).slice(0, 2)).toEqual([
      {
        window: 'command',
        type: 'refused',
        command: 'send',
        input: 'x',
        error: { name: 'NotJoinedError', message: error.message },
        time: TIME,
      },
      {
        window: 'command',
        type: 'refused',
        command: null,
        input: '/list x',
        error: { name: 'UnexpectedWordsError', message: expect.stringContaining('/list takes nothing') },
        time: TIME,
      },
    ]);
  });

  test('answers are objects too', async () => {
    const face = start({ json: true, status: CONNECTED });
    face.input.write('/members\n/links\n/status\n/help\n');
    const { members, links, ...status } = CONNECTED;
    expect((await objects(face)).slice(0, 4)).toEqual([
      { window: 'command', type: 'members', room: 'room1', members, time: TIME },
      { window: 'command', type: 'links', links, time: TIME },
      { window: 'command', type: 'status', ...status, memberCount: 3, linkCount: 1, time: TIME },
      { window: 'command', type: 'help', commands: expect.any(Array), time: TIME },
    ]);
  });
});
