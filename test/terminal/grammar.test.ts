import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS, helpLines } from '../../src/terminal/commands.ts';
import { inputOf, parseLine } from '../../src/terminal/grammar.ts';

function command(line: string): unknown {
  const parsed = parseLine(line);
  return parsed.kind === 'command' ? parsed.command : parsed.kind;
}

function error(line: string): string {
  const parsed = parseLine(line);
  return parsed.kind === 'error' ? parsed.error.message : `no error: ${parsed.kind}`;
}

describe('commands', () => {
  test.each([
    ['/user alice', { type: 'USER', name: 'alice' }],
    ['/user', { type: 'USER', name: '' }],
    ['/UsEr  \t alice ', { type: 'USER', name: 'alice' }],
    ['/user two words', { type: 'USER', name: 'two words' }],
    ['/list', { type: 'LIST' }],
    ['/LIST   ', { type: 'LIST' }],
    ['/join room1', { type: 'JOIN', room: 'room1' }],
    ['/join', { type: 'JOIN', room: '' }],
    ['/poke bob', { type: 'POKE', name: 'bob' }],
    ['/poke', { type: 'POKE', name: '' }],
    ['/quit', { type: 'QUIT' }],
  ])('%j is a command of the peer', (line, expected) => {
    expect(command(line)).toEqual(expected);
  });

  test.each(['members', 'links', 'status', 'help'])('/%s is a question to the face', (word) => {
    expect(parseLine(`/${word}`)).toEqual({ kind: 'query', query: { type: word.toUpperCase() } });
  });

  test('an empty line is nothing', () => {
    expect(parseLine('')).toEqual({ kind: 'nothing' });
  });
});

describe('messages keep every character', () => {
  test.each([
    ['hello', 'hello'],
    ['  blanks  ', '  blanks  '],
    [' /list', ' /list'],
    ['//x', '/x'],
    ['//', '/'],
    ['///x', '//x'],
    ['/send hello', 'hello'],
    ['/SEND  two leading', ' two leading'],
    ['/send trailing  ', 'trailing  '],
    ['/send /list', '/list'],
    ['/send \u0085\u2028x', '\u0085\u2028x'],
    ['/send', ''],
    ['/send ', ''],
  ])('%j sends %j', (line, text) => {
    expect(command(line)).toEqual({ type: 'SEND', text });
  });

  test('whatever is typed behind "/send " is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(command(`/send ${text}`)).toEqual({ type: 'SEND', text });
      }),
    );
  });

  test('every line that begins with no "/" is sent as it is', () => {
    const line = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.startsWith('/'));
    fc.assert(
      fc.property(line, (text) => {
        expect(command(text)).toEqual({ type: 'SEND', text });
      }),
    );
  });
});

describe('errors', () => {
  test.each([
    ['/jion room', '/join'],
    ['/memebrs', '/members'],
    ['/pok', '/poke'],
    ['/q', '/quit'],
    ['/EXIT', '/quit'],
    ['/frobnicate', undefined],
    ['/home/x is broken', undefined],
    ['/', undefined],
    ['/x', undefined],
  ])('%j points to %s', (line, nearest) => {
    const word = line.split(' ')[0];
    expect(error(line)).toBe(
      nearest === undefined
        ? `There is no command ${word}: /help lists them all; "//" sends a text that begins with "/".`
        : `There is no command ${word}: did you mean ${nearest}? (/help lists them all.)`,
    );
  });

  test.each(['/list rooms', '/quit now', '/help poke', '/members x', '/links x', '/status x'])(
    '%j has a word too much',
    (line) => {
      expect(error(line)).toMatch(/^\/\w+ takes nothing behind it: /);
    },
  );

  test('the sentence for an endless word stays short', () => {
    expect(error(`/${'x'.repeat(60_000)}`).length).toBeLessThan(200);
  });

  test('no line throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (rest) => void parseLine(`/${rest}`)));
  });
});

test('the help has a line for every command', () => {
  const help = helpLines();
  for (const { name, help: words } of COMMANDS) {
    expect(help.some((line) => line.startsWith(name) && line.endsWith(words))).toBe(true);
  }
  expect(help[0]).toMatch(/^\/user NAME {2,}choose your name \(until you join a room\)$/);
});

test('every command of the table is understood', () => {
  for (const { name } of COMMANDS) {
    const parsed = parseLine(name);
    // Some need something behind them, and say what.
    if (parsed.kind === 'error') expect(parsed.error.message).toMatch(new RegExp(`^Type ${name} [A-Z]+: `));
    else expect(['command', 'query', 'view']).toContain(parsed.kind);
  }
});

test('inputOf is what was typed behind the command', () => {
  expect(inputOf({ type: 'JOIN', room: 'r' })).toBe('r');
  expect(inputOf({ type: 'SEND', text: ' t ' })).toBe(' t ');
  expect(inputOf({ type: 'LIST' })).toBe('');
});
