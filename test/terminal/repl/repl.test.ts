/** The REPL in a real pseudo-terminal: what the screen shows, not what was written to it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { said } from '../fake-peer.ts';
import {
  CTRL_C,
  CTRL_D,
  connected,
  ENTER,
  LEFT,
  PROMPT,
  sessions,
  started,
  TAB,
  UP,
} from './repl-sessions.ts';
import { TerminalSession } from './terminal-session.ts';

const SGR = /\x1b\[[\d;]*m/;

test('Tab completes commands, rooms and nicknames', async () => {
  const session = await connected();
  for (const [typed, shown] of [
    ['/jo', '/join'],
    ['k', '/join kitchen'],
    [ENTER, ''],
    ['/poke c', '/poke Carol'],
    [ENTER, ''],
    ['hello b', 'hello bob'],
    [`!${ENTER}`, ''],
  ] as const) {
    // A Tab that comes in one chunk with what follows it is pasted text.
    session.type(typed.endsWith(ENTER) ? typed : typed + TAB);
    await session.until(
      JSON.stringify(shown),
      () => session.screen().at(-1) === `${PROMPT}${shown}`.trimEnd(),
    );
  }
  await session.until('the commands', () => session.control.commands.length === 3);
  await expect
    .poll(() => session.control.commands)
    .toEqual([
      { type: 'JOIN', room: 'kitchen' },
      { type: 'POKE', name: 'Carol' },
      { type: 'SEND', text: 'hello bob!' },
    ]);
});

test('Ctrl-C clears the line, and on an empty one quits; the process ends by itself', async () => {
  const session = await connected();
  session.type(`half a thought${LEFT}${LEFT}`);
  await session.shows([`${PROMPT}half a thought`]);
  session.type(CTRL_C);
  await session.shows([PROMPT], { row: 0, column: PROMPT.length });
  expect(session.control.commands).toEqual([]);
  session.type(CTRL_C);
  await session.exits(0);
  await expect.poll(() => session.control.commands).toEqual([{ type: 'QUIT' }]);
  await session.shows(['03:04:05 -- Goodbye.'], { row: 1, column: 0 });
});

test('/quit leaves what is on the screen alone, also where the prompt wraps', async () => {
  const session = await connected({ columns: 20 });
  session.type(`/quit${ENTER}`);
  await session.exits(0);
  await session.shows(['CONNECTED room1 alic', 'e> /quit', '03:04:05 -- Goodbye.']);
});

test('a peer that terminates ends the process, and what was typed can still be read', async () => {
  const session = await connected();
  session.type('not sent');
  await session.shows([`${PROMPT}not sent`]);
  session.control.tell({ do: 'terminate' });
  await session.exits(0);
  expect(session.control.commands).toEqual([]);
  expect(session.screen()[0]).toBe(`${PROMPT}not sent`);
  expect(session.screen()).toContain('03:04:05 -- Goodbye.');
});

describe('refused input', () => {
  test('comes back with Up, and is never glued to what is typed next', async () => {
    const session = await started();
    session.type(`/SEND  to nobody${ENTER}`);
    const refused = '03:04:05 !! You are in no room: /join ROOM first.';
    await session.shows([refused, 'START (/user NAME)>'], { row: 1, column: 20 });
    session.type(UP);
    await session.shows([refused, 'START (/user NAME)> /SEND  to nobody'], { row: 1, column: 36 });
    session.type(`${CTRL_C}/jion room1${ENTER}`);
    const entered = 'START (/user NAME)> /jion room1';
    const unknown = '03:04:05 !! There is no command /jion: did you mean /join? (/help lists them all.)';
    await session.shows([refused, entered, unknown.slice(0, 80), unknown.slice(80), 'START (/user NAME)>']);
    session.type(`/user carol${ENTER}`);
    await session.until('the command', () => session.control.commands.length === 2);
    expect(session.control.commands).toEqual([
      { type: 'SEND', text: ' to nobody' },
      { type: 'USER', name: 'carol' },
    ]);
  });

  test('comes back with Up when the answer comes later, once, and leaves alone what is being typed', async () => {
    const session = await started();
    session.type(`/Join  room1${ENTER}`);
    await session.until('the command', () => session.control.commands.length === 1);
    session.type('other');
    await session.shows(['START (/user NAME)> /Join  room1', 'START (/user NAME)> other']);
    session.control.tell({ do: 'refuse', command: 'join', input: 'room1' });
    const refused = '03:04:05 !! You are in no room: /join ROOM first.';
    await session.shows(['START (/user NAME)> /Join  room1', refused, 'START (/user NAME)> other'], {
      row: 2,
      column: 25,
    });
    session.type(`${CTRL_C}${UP}`);
    await session.shows(['START (/user NAME)> /Join  room1', refused, 'START (/user NAME)> /Join  room1']);
    session.type(ENTER);
    await session.until('the command', () => session.control.commands.length === 2);
    expect(session.control.commands.at(-1)).toEqual({ type: 'JOIN', room: 'room1' });
  });

  test('of pasted lines each comes back with Up', async () => {
    const session = await started();
    session.type(`/jion a${ENTER}/jion b${ENTER}`);
    await session.until('the paste', () => session.screen().some((line) => line.includes('wait')));
    session.type(ENTER);
    await session.until('two', () => session.raw.split('There is no command').length > 2);
    session.type(`${UP}${UP}`);
    await session.until('the first', () => session.screen().at(-1) === 'START (/user NAME)> /jion a');
  });
});

describe('history', () => {
  test('is kept over a restart', async () => {
    const first = await started();
    const env = { XDG_STATE_HOME: join(first.control.directory, 'state') };
    const session = await started({ env });
    session.type(`/user alice${ENTER}`);
    await session.until('the command', () => session.control.commands.length === 1);
    session.type(`/list${ENTER}`);
    await session.until('the other', () => session.control.commands.length === 2);
    session.type(CTRL_D);
    await session.exits(0);
    expect(session.control.commands.at(-1)).toEqual({ type: 'QUIT' });
    expect(readFileSync(join(env.XDG_STATE_HOME, 'p2pchat', 'history'), 'utf8')).toBe('/user alice\n/list\n');
    const second = await started({ env });
    second.type(UP + UP);
    await second.shows(['START (/user NAME)> /user alice']);
  });

  test('that can be neither read nor written is told, and nothing else', async () => {
    const other = await started();
    const state = join(other.control.directory, 'state');
    mkdirSync(join(state, 'p2pchat', 'history'), { recursive: true });
    const session = new TerminalSession({ columns: 200, env: { XDG_STATE_HOME: state } });
    sessions.push(session);
    const reason = `${join(state, 'p2pchat', 'history')} is not a history file`;
    const unread = `03:04:05 -! The history could not be read: ${reason}`;
    await session.shows([unread, 'START (/user NAME)>']);
    session.type(`/quit${ENTER}`);
    await session.exits(0);
    await session.shows([
      unread,
      'START (/user NAME)> /quit',
      '03:04:05 -- Goodbye.',
      `03:04:05 -! The history could not be written: ${reason}`,
    ]);
  });
});

test('colour is there, and NO_COLOR takes all of it away', async () => {
  const notices = [said('bob', 'hi alice')];
  for (const [env, coloured] of [
    [{}, true],
    [{ NO_COLOR: '1' }, false],
  ] as const) {
    const session = await connected({ env });
    session.control.tell({ do: 'show', notices });
    await session.shows(['03:04:05 bob: hi alice', PROMPT]);
    expect(SGR.test(session.raw)).toBe(coloured);
  }
});

test('a terminal that goes away quits', async () => {
  const session = await connected();
  session.type('not sent');
  await session.shows([`${PROMPT}not sent`]);
  session.hangUp();
  await session.exits(0);
  await expect.poll(() => session.control.commands).toEqual([{ type: 'QUIT' }]);
});
