/** The REPL in a real pseudo-terminal: what is typed, while lines arrive. */
import { describe, expect, test } from 'vitest';
import { CONNECTED, said } from '../fake-peer.ts';
import { connected, ENTER, LEFT, PROMPT, started } from './repl-sessions.ts';

describe('what is typed stays as it is while lines arrive', () => {
  test('with the cursor in the middle of the line', async () => {
    const session = await connected();
    session.type(`hello wrld${LEFT}${LEFT}${LEFT}`);
    await session.shows([`${PROMPT}hello wrld`], { row: 0, column: PROMPT.length + 7 });
    session.control.tell({ do: 'show', notices: [said('bob', 'one'), said('Carol', 'two')] });
    await session.shows(['03:04:05 bob: one', '03:04:05 Carol: two', `${PROMPT}hello wrld`], {
      row: 2,
      column: PROMPT.length + 7,
    });
    session.type('o');
    await session.shows(['03:04:05 bob: one', '03:04:05 Carol: two', `${PROMPT}hello world`], {
      row: 2,
      column: PROMPT.length + 8,
    });
    session.type(ENTER);
    await session.shows(['03:04:05 bob: one', '03:04:05 Carol: two', '03:04:05 alice: hello world', PROMPT], {
      row: 3,
      column: PROMPT.length,
    });
    await expect.poll(() => session.control.commands).toEqual([{ type: 'SEND', text: 'hello world' }]);
  });

  test('with input that wraps, on a narrow screen that scrolls', async () => {
    const session = await connected({ columns: 40, rows: 8 });
    const typed = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const rows = [PROMPT + typed.slice(0, 17), typed.slice(17, 57), typed.slice(57)];
    session.type(typed);
    await session.shows(rows, { row: 2, column: 5 });
    session.type(LEFT.repeat(15));
    await session.shows(rows, { row: 1, column: 30 });
    session.control.tell({ do: 'show', notices: [said('bob', 'one'), said('bob', `two ${'-'.repeat(40)}`)] });
    const first = ['03:04:05 bob: one', `03:04:05 bob: two ${'-'.repeat(22)}`, '-'.repeat(18)];
    await session.shows([...first, ...rows], { row: 4, column: 30 });
    session.control.tell({ do: 'show', notices: ['3', '4', '5'].map((text) => said('bob', text)) });
    const last = ['3', '4', '5'].map((text) => `03:04:05 bob: ${text}`);
    await session.shows([...first.slice(1), ...last, ...rows], { row: 6, column: 30 });
    session.type('!');
    const mended = `${typed.slice(0, 47)}!${typed.slice(47)}`;
    const mendedRows = [PROMPT + mended.slice(0, 17), mended.slice(17, 57), mended.slice(57)];
    await session.shows([...first.slice(1), ...last, ...mendedRows], { row: 6, column: 31 });
    session.type(ENTER);
    await session.until('the command', () => session.control.commands.length === 1);
    await expect.poll(() => session.control.commands).toEqual([{ type: 'SEND', text: mended }]);
    // Entering the last row of a full screen has scrolled it by one.
    const own = `03:04:05 alice: ${mended}`;
    await session.shows([...first.slice(2), ...last, own.slice(0, 40), own.slice(40), PROMPT], {
      row: 6,
      column: PROMPT.length,
    });
  });

  test('with input that ends exactly at the edge of the screen', async () => {
    const session = await connected({ columns: 40 });
    const typed = 'x'.repeat(40 - PROMPT.length);
    session.type(typed);
    await session.shows([PROMPT + typed], { row: 1, column: 0 });
    session.control.tell({ do: 'show', notices: [said('bob', 'one')] });
    await session.shows(['03:04:05 bob: one', PROMPT + typed], { row: 2, column: 0 });
    session.type(ENTER);
    await session.shows(['03:04:05 bob: one', `03:04:05 alice: ${typed}`, PROMPT], {
      row: 2,
      column: PROMPT.length,
    });
  });

  test('when the prompt changes under it', async () => {
    const session = await started({ columns: 40 });
    const typed = 'a message of more than 40 characters, so it wraps';
    session.type(`${typed}${LEFT}${LEFT}`);
    const before = `START (/user NAME)> ${typed}`;
    await session.shows([before.slice(0, 40), before.slice(40)], { row: 1, column: before.length - 42 });
    session.control.tell({ do: 'become', status: CONNECTED });
    const after = PROMPT + typed;
    await session.shows([after.slice(0, 40), after.slice(40)], { row: 1, column: after.length - 42 });
    session.type(`,${ENTER}`);
    await session.until('the command', () => session.control.commands.length === 1);
    await expect
      .poll(() => session.control.commands)
      .toEqual([{ type: 'SEND', text: 'a message of more than 40 characters, so it wra,ps' }]);
  });

  test('also when it was pasted into the middle of a line, Tabs and all', async () => {
    const session = await connected({ columns: 40 });
    session.type('[]');
    session.type(LEFT);
    await session.shows([`${PROMPT}[]`], { row: 0, column: PROMPT.length + 1 });
    session.type('pasted text\tof two lines');
    session.control.tell({ do: 'show', notices: [said('bob', 'one')] });
    await session.until('the message', () => session.screen()[0] === '03:04:05 bob: one');
    session.type(`!${ENTER}`);
    await session.until('the command', () => session.control.commands.length === 1);
    await expect
      .poll(() => session.control.commands)
      .toEqual([{ type: 'SEND', text: '[pasted text\tof two lines!]' }]);
  });
});
