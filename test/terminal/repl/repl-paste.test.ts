/** The REPL in a real pseudo-terminal: what is pasted. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { said } from '../fake-peer.ts';
import { CTRL_C, connected, ENTER, LEFT, PROMPT } from './repl-sessions.ts';
import type { TerminalSession } from './terminal-session.ts';

const CTRL_E = '\x05';
const CTRL_U = '\x15';
const TICKS_PER_SECOND = 100;

function pasted(text: string): string {
  return `\x1b[200~${text}\x1b[201~`;
}

/** Seconds of CPU that the process has used (Linux). */
function cpuSeconds({ pid }: TerminalSession): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function sent(session: TerminalSession, count: number): Promise<unknown[]> {
  await session.until(`${count} commands`, () => session.control.commands.length >= count);
  return session.control.commands;
}

test('the terminal is asked for marks around what is pasted, and told at the end that nobody wants them', async () => {
  const session = await connected();
  expect(session.raw).toContain('\x1b[?2004h');
  expect(session.raw).not.toContain('\x1b[?2004l');
  session.type(CTRL_C);
  await session.exits(0);
  expect(session.raw).toContain('\x1b[?2004l');
});

describe('a paste', () => {
  test('of one line goes in at the cursor and waits for Enter, also as a command', async () => {
    const session = await connected();
    session.type(`[]${LEFT}`);
    await session.shows([`${PROMPT}[]`], { row: 0, column: PROMPT.length + 1 });
    session.type(pasted('one\ttwo'));
    await session.until('the text', () => session.screen()[0]?.includes('two]') === true);
    session.type(ENTER);
    expect(await sent(session, 1)).toEqual([{ type: 'SEND', text: '[one\ttwo]' }]);
    session.type(pasted('/quit\n'));
    await session.until('the line', () => session.screen().at(-1) === `${PROMPT}/quit`);
    session.control.tell({ do: 'show', notices: [said('bob', 'one')] });
    await session.until('the message', () => session.screen().some((row) => row.endsWith('bob: one')));
    expect(session.control.commands).toHaveLength(1);
    session.type(ENTER);
    await session.exits(0);
  });

  test.each([
    ['', pasted('b\r\nc\n/quit\n/list\rlast')],
    ['that is not marked ', 'b\r\nc\n/quit\n/list\rlast'],
  ])(
    '%sof several lines is shown, sent after one Enter, and a /quit in it quits nothing',
    async (_, paste) => {
      const session = await connected();
      session.type(`a${paste}`);
      await session.until('the last line', () => session.screen().at(-1) === `${PROMPT}last`);
      await session.until('the hint', () => /4 pasted lines wait: Enter/.test(session.screen().join(' ')));
      const screen = session.screen().map((row) => row.trim());
      for (const line of ['ab', 'c', '/quit', '/list']) expect(screen).toContain(line);
      expect(session.control.commands).toEqual([]);
      session.type(`!${ENTER}`);
      await session.until('the refusal', () => /A pasted \/quit among/.test(session.screen().join(' ')));
      expect(await sent(session, 4)).toEqual([
        { type: 'SEND', text: 'ab' },
        { type: 'SEND', text: 'c' },
        { type: 'LIST' },
        { type: 'SEND', text: 'last!' },
      ]);
      expect(session.exitCode).toBeUndefined();
    },
  );

  test('of several lines is dropped by Ctrl-C', async () => {
    const session = await connected();
    session.type(pasted('one\ntwo\n'));
    await session.until('the hint', () => /2 pasted lines wait/.test(session.screen().join(' ')));
    session.type(CTRL_C);
    await session.until('the answer', () => /lines are dropped/.test(session.screen().join(' ')));
    session.type(`three${ENTER}`);
    expect(await sent(session, 1)).toEqual([{ type: 'SEND', text: 'three' }]);
  });

  test('that is not marked and ends with a /quit quits nothing before Enter, nor after it', async () => {
    const session = await connected();
    session.type('one\r/quit\r');
    await session.until('the hint', () => /2 pasted lines wait/.test(session.screen().join(' ')));
    session.control.tell({ do: 'show', notices: [said('bob', 'hello')] });
    await session.until('the message', () => session.screen().some((row) => row.endsWith('bob: hello')));
    expect(session.control.commands).toEqual([]);
    session.type(ENTER);
    await session.until('the refusal', () => /ends nothing/.test(session.screen().join(' ')));
    session.type(`still here${ENTER}`);
    expect(await sent(session, 2)).toEqual([
      { type: 'SEND', text: 'one' },
      { type: 'SEND', text: 'still here' },
    ]);
  });

  test('that is not marked, longer than a terminal gives at once, is one paste', async () => {
    const session = await connected();
    // Over the 4,096 bytes of a terminal's buffer; a /quit stands about where it is cut, and often.
    const lines = Array.from({ length: 98 }, (_, index) => (index % 7 === 0 ? '/quit' : 'x'.repeat(60)));
    session.type(lines.map((line) => `${line}\r`).join(''));
    await session.until('the hint', () => /98 pasted lines wait/.test(session.screen().join(' ')));
    expect(session.control.commands).toEqual([]);
    session.type(CTRL_C);
    await session.until('the answer', () => /lines are dropped/.test(session.screen().join(' ')));
    session.type(`three${ENTER}`);
    expect(await sent(session, 1)).toEqual([{ type: 'SEND', text: 'three' }]);
  });

  test('with control characters can neither end it early nor reach the terminal', async () => {
    const session = await connected();
    session.type(pasted('x\x1b]0;title\x07\x1b[2Jy\x9b31m\nz'));
    await session.until('the line', () => session.screen().at(-1) === `${PROMPT}z`);
    session.type(ENTER);
    expect(await sent(session, 2)).toEqual([
      { type: 'SEND', text: 'x]0;title[2Jy31m' },
      { type: 'SEND', text: 'z' },
    ]);
    expect(session.raw).not.toContain('\x1b]0;');
  });

  test('cut into any pieces, its marks too, is the same paste', async () => {
    const session = await connected();
    for (const piece of pasted('äone\ntwo').match(/.{1,2}/gsu) ?? []) {
      session.type(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await session.until('the line', () => session.screen().at(-1) === `${PROMPT}two`);
    session.type(ENTER);
    expect(await sent(session, 2)).toEqual([
      { type: 'SEND', text: 'äone' },
      { type: 'SEND', text: 'two' },
    ]);
  });
});

describe.each([
  ['marked', pasted('x'.repeat(64_000))],
  ['marked, of many lines', pasted('line\n'.repeat(12_800))],
  ['not marked', 'x'.repeat(64_000)],
  ['not marked, of many lines', 'line\r'.repeat(12_800)],
])('64,000 characters, %s', (_, text) => {
  test('are refused at once, and cost little', async () => {
    const session = await connected();
    const before = cpuSeconds(session);
    session.type(text);
    await session.until('the refusal', () => session.raw.includes('Not taken: '));
    // What is typed behind it is read when all of it was.
    session.type(`${CTRL_E}${CTRL_U}after`);
    await session.until('the next line', () => session.screen().at(-1) === `${PROMPT}after`);
    const seconds = cpuSeconds(session) - before;
    expect(seconds, `${seconds} s of CPU`).toBeLessThan(1);
    expect(session.control.commands).toEqual([]);
  });
});

test('keys and text in one chunk come in their order', async () => {
  const session = await connected();
  session.type(`bc${LEFT}${LEFT}a${ENTER}`);
  expect(await sent(session, 1)).toEqual([{ type: 'SEND', text: 'abc' }]);
});
