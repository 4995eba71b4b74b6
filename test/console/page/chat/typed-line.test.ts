/** What is entered into the chat's field: commands are commands or refused, and never sent to everybody. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTyped } from '../../../../src/console/page/views/chat/controls/typed-line.ts';
import { COMMANDS } from '../../../../src/terminal/commands.ts';

describe('a line that was entered', () => {
  test.each([
    ['hello', { type: 'SEND', text: 'hello' }],
    ['  hello ', { type: 'SEND', text: '  hello ' }],
    ['//poke bob', { type: 'SEND', text: '/poke bob' }],
    ['/poke bob', { type: 'POKE', name: 'bob' }],
    ['  /POKE  bob ', { type: 'POKE', name: 'bob' }],
    ['/join tea', { type: 'JOIN', room: 'tea' }],
    ['/user alice', { type: 'USER', name: 'alice' }],
    ['/send /x', { type: 'SEND', text: '/x' }],
    ['/list', { type: 'LIST' }],
    ['/quit', { type: 'QUIT' }],
    ['', { type: 'SEND', text: '' }],
  ])('%j is %j', (line, command) => {
    expect(readTyped(line)).toEqual({ command, refusal: null });
  });

  test.each([
    ['/members', 'That is a command of the terminal; here the members stand in the list Members.'],
    ['/list 2', 'That is a command of the terminal; here List shows the rooms.'],
    ['/pke bob', 'There is no command /pke: did you mean /poke? (/help lists them all.)'],
    ['/quit now', '/quit takes nothing behind it: type /quit alone, or /help for what there is.'],
  ])('%j is refused: %s', (line, refusal) => {
    expect(readTyped(line)).toEqual({ command: null, refusal });
  });

  test('that begins with one “/” is no message, unless it asks for one', () => {
    const line = fc.oneof(
      fc.string().map((text) => `/${text}`),
      fc
        .tuple(fc.constantFrom(...COMMANDS.map(({ name }) => name)), fc.string())
        .map(([name, text]) => name + text),
    );
    fc.assert(
      fc.property(line, (text) => {
        fc.pre(!text.startsWith('//') && !/^\/send(\s|$)/i.test(text));
        expect(readTyped(text).command?.type).not.toBe('SEND');
      }),
    );
  });
});
