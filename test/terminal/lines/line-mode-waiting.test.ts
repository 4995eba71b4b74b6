/**
 * Goal: no text is given before somebody can hear it, and none is read that can't be given: texts wait for
 * the first search and for links that are full, in the pipe and not in our memory, commands keep their order,
 * and the exit tells how many messages have reached nobody.
 */
import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { runLineMode } from '../../../src/terminal/lines/line-mode.ts';
import { TextTooLongError } from '../../../src/words/refusals.ts';
import { CONNECTED, FakePeer, START } from '../fake-peer.ts';
import { QUIT, turns } from './line-mode-face.ts';

const JOINED = { ...START, state: 'JOINED', user: 'alice', room: 'room1' } as const;

/** A face whose clock is stepped, with a peer that takes nothing yet unless told otherwise. */
function stage(given: Partial<Pick<FakePeer, 'intake' | 'isDelivered' | 'unheard'>> = {}) {
  const peer = new FakePeer(JOINED);
  Object.assign(peer, given);
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  const clock = new StepClock();
  const ended = runLineMode(peer, { input, output, clock, json: false });
  peer.start();
  const written: string[] = [];
  output.on('data', (text: string) => written.push(...text.split('\n').filter((line) => line !== '')));
  const become = async (now: Partial<Pick<FakePeer, 'intake' | 'isDelivered' | 'unheard'>>) => {
    Object.assign(peer, now);
    peer.changes.next();
    await turns();
  };
  return { peer, input, clock, ended, written, become };
}

function said({ commands }: FakePeer): string[] {
  return commands.flatMap((command) => (command.type === 'SEND' ? [command.text] : []));
}

describe.each(['searching', 'busy'] as const)('while the peer is %s', (intake) => {
  test('texts wait and the input is paused; both go on when it is open', async () => {
    const { peer, input, become } = stage({ intake });
    input.write('one\ntwo\n');
    await turns();
    expect(peer.commands).toEqual([]);
    expect(input.isPaused()).toBe(true);
    input.write('three\n');
    await turns();
    expect(input.readableLength).toBeGreaterThan(0);
    await become({ intake: 'open' });
    expect(said(peer)).toEqual(['one', 'two', 'three']);
    expect([input.isPaused(), input.readableLength]).toEqual([false, 0]);
  });

  test('nothing is done while nothing changes', async () => {
    const { peer, input } = stage({ intake });
    input.write('one\n');
    await turns();
    const status = vi.spyOn(peer, 'status');
    await turns();
    expect(status).not.toHaveBeenCalled();
  });

  test('commands in front of a text are executed at once, commands behind it keep their place', async () => {
    const { peer, input, become } = stage({ intake });
    input.write('/list\n/poke bob\nhello\n/list\nbye\n/poke bob\n');
    await turns();
    const before = [{ type: 'LIST' }, { type: 'POKE', name: 'bob' }];
    expect(peer.commands).toEqual(before);
    await become({ intake: 'open' });
    expect(peer.commands).toEqual([
      ...before,
      { type: 'SEND', text: 'hello' },
      { type: 'LIST' },
      { type: 'SEND', text: 'bye' },
      { type: 'POKE', name: 'bob' },
    ]);
  });

  test('no more than a pipe holds is in our memory, however much is written', async () => {
    const { peer, input, become } = stage({ intake });
    const lines = Array.from({ length: 5_000 }, (_, at) => `line ${at}`);
    for (const line of lines) input.write(`${line}\n`);
    await turns();
    expect(peer.commands).toEqual([]);
    expect(input.isPaused()).toBe(true);
    await become({ intake: 'open' });
    await turns();
    expect(said(peer)).toEqual(lines);
  });

  test('what does not go through the peer waits in its place, too', async () => {
    const { input, written, become } = stage({ intake });
    input.write('hello\n/nonsense\n');
    await turns();
    expect(written).toEqual([]);
    await become({ intake: 'open' });
    expect(written.some((line) => line.includes('/nonsense'))).toBe(true);
  });
});

test('a peer that becomes busy by what it is given stops the rest', async () => {
  const { peer, input, become } = stage();
  peer.onCommand = (command) => {
    if (command.type === 'SEND' && command.text === 'second') peer.intake = 'busy';
    if (command.type === 'QUIT') peer.terminate();
  };
  input.write('first\n/list\nsecond\n/list\nthird\n/list\n');
  await turns();
  expect(peer.commands.map((command) => (command.type === 'SEND' ? command.text : command.type))).toEqual([
    'first',
    'LIST',
    'second',
    'LIST',
  ]);
  expect(input.isPaused()).toBe(true);
  await become({ intake: 'open' });
  expect(said(peer)).toEqual(['first', 'second', 'third']);
});

describe('the end of the input', () => {
  test('waits until every link has taken what was given', async () => {
    const { peer, input, become, ended } = stage({ isDelivered: false });
    input.end('hello\n');
    await turns();
    expect(peer.commands).toEqual([{ type: 'SEND', text: 'hello' }]);
    await become({ isDelivered: true });
    expect(await ended).toBe(0);
    expect(peer.commands).toEqual([{ type: 'SEND', text: 'hello' }, QUIT]);
  });

  test('waits for links 10 s, and no longer', async () => {
    const { peer, input, clock, ended } = stage({ isDelivered: false });
    input.end('hello\n');
    await turns();
    clock.advance(9_999);
    await turns();
    expect(peer.commands).not.toContainEqual(QUIT);
    clock.advance(1);
    expect(await ended).toBe(0);
    expect(peer.commands).toEqual([{ type: 'SEND', text: 'hello' }, QUIT]);
  });

  test('waits for the end of the search before it, however long that takes', async () => {
    const { peer, input, clock, become, ended } = stage({ intake: 'searching' });
    input.end('hello\n');
    await turns();
    clock.advance(9_000);
    await turns();
    expect(peer.commands).toEqual([]);
    await become({ intake: 'open' });
    expect(await ended).toBe(0);
    expect(said(peer)).toEqual(['hello']);
  });

  test.each([
    [1, '[cmd] 1 message may have reached nobody. The last: "hello".'],
    [7, '[cmd] 7 messages may have reached nobody. The last: "hello".'],
  ])('tells how many messages have reached nobody (%i), and the exit is that number', async (count, line) => {
    const { input, written, ended } = stage({ unheard: { count, last: 'hello' } });
    input.end('hello\n');
    expect(await ended).toBe(count);
    await turns();
    expect(written).toContain(line);
  });

  test('tells nothing where everything was heard', async () => {
    const { input, written, ended } = stage();
    input.end('hello\n');
    expect(await ended).toBe(0);
    await turns();
    expect(written).toEqual(['[cmd] Goodbye.']);
  });
});

describe('texts that are refused', () => {
  test('have reached nobody: the exit counts them, and what can be read of the last is named', async () => {
    const { peer, input, written, ended } = stage();
    peer.onCommand = (command) => {
      if (command.type === 'QUIT') peer.terminate();
      if (command.type !== 'SEND' || command.text === 'fine') return;
      const error = new TextTooLongError(600, 500);
      peer.notices.next({ window: 'command', type: 'refused', command: 'send', input: command.text, error });
    };
    input.write('long\nfine\n/poke\nlonger\n');
    input.end(Buffer.from([0xff, 0x0a]));
    expect(await ended).toBe(3);
    await turns();
    expect(written).toContain('[cmd] 3 messages may have reached nobody.');
  });

  test('count as other commands that are refused do', async () => {
    const { peer, input, ended } = stage();
    peer.onCommand = (command) => {
      if (command.type === 'QUIT') peer.terminate();
      const error = new TextTooLongError(600, 500);
      if (command.type === 'POKE')
        peer.notices.next({ window: 'command', type: 'refused', command: 'poke', input: 'bob', error });
    };
    input.end('/poke bob\n/nonsense\n');
    expect(await ended).toBe(2);
  });
});

describe('/quit', () => {
  test('behind texts waits for them, and takes nothing after it', async () => {
    const { peer, input, become, ended } = stage({ intake: 'busy', isDelivered: false });
    input.write('hello\n/quit\nafter\n');
    await turns();
    expect(peer.commands).toEqual([]);
    await become({ intake: 'open' });
    expect(peer.commands).toEqual([{ type: 'SEND', text: 'hello' }]);
    await become({ isDelivered: true });
    expect(await ended).toBe(0);
    expect(peer.commands).toEqual([{ type: 'SEND', text: 'hello' }, QUIT]);
  });

  test('behind texts that nobody takes says them after 10 s where a search goes on, and ends 10 s later', async () => {
    const { peer, input, clock, ended } = stage({ intake: 'searching', isDelivered: false });
    input.write('hello\n/quit\n');
    await turns();
    clock.advance(9_999);
    await turns();
    expect(peer.commands).toEqual([]);
    clock.advance(1);
    await turns();
    expect(peer.commands).toEqual([{ type: 'SEND', text: 'hello' }]);
    clock.advance(9_999);
    await turns();
    expect(peer.commands).not.toContainEqual(QUIT);
    clock.advance(1);
    expect(await ended).toBe(0);
  });

  test('with nothing in front of it waits 400 ms for answers, and not for links', async () => {
    const { peer, input, clock, ended } = stage({ isDelivered: false });
    input.write('/quit\n');
    await turns();
    clock.advance(399);
    await turns();
    expect(peer.commands).toEqual([]);
    clock.advance(1);
    expect(await ended).toBe(0);
    expect(peer.commands).toEqual([QUIT]);
  });

  test('is no failure: what reached nobody before it has been told at once', async () => {
    const { input, written, ended } = stage({ unheard: { count: 3, last: 'x' } });
    input.write('hello\n/quit\n');
    expect(await ended).toBe(0);
    await turns();
    expect(written).toEqual(['[cmd] Goodbye.']);
  });
});

describe('texts that were never given', () => {
  test('count as heard by nobody, commands behind them do not, and the last of them is named', async () => {
    const { peer, input, clock, ended, written } = stage({
      intake: 'busy',
      unheard: { count: 2, last: 'old' },
    });
    input.write('never said\n/list\nnor this\n/list\n');
    input.destroy();
    await turns();
    clock.advance(20_000);
    expect(await ended).toBe(4);
    await turns();
    expect(peer.commands).toEqual([QUIT]);
    expect(written).toContain('[cmd] 4 messages may have reached nobody. The last: "nor this".');
  });
});

test('a peer that ends by itself ends it, whatever waits', async () => {
  const { peer, input, ended, clock } = stage({ intake: 'busy' });
  input.write('hello\n');
  await turns();
  peer.terminate();
  expect(await ended).toBe(0);
  expect(peer.commands).toEqual([]);
  expect(input.isPaused()).toBe(true);
  expect(clock.pending).toBe(0);
});

test('in a room that nobody is searched in, texts go at once', async () => {
  const { peer, input } = stage();
  peer.become(CONNECTED);
  input.write('one\n');
  await turns();
  expect(said(peer)).toEqual(['one']);
});
