import { describe, expect, test } from 'vitest';
import { toMember } from '../../../src/overlay/member.ts';
import { COMPLETIONS_MAX } from '../../../src/terminal/limits.ts';
import { complete } from '../../../src/terminal/repl/completion.ts';
import { CONNECTED } from '../fake-peer.ts';

describe('Tab completes', () => {
  test.each<[string, string[], string]>([
    ['/jo', ['/join '], '/jo'],
    ['/L', ['/list', '/links', '/last'], '/L'],
    ['/se', ['/send ', '/search '], '/se'],
    ['/q', ['/quiet', '/quit'], '/q'],
    ['/ignore c', ['Carol'], 'c'],
    ['/list', ['/list'], '/list'],
    ['/join ', ['kitchen', 'room1', 'room2'], ''],
    ['/JOIN room', ['room1', 'room2'], 'room'],
    ['/join nowhere', [], 'nowhere'],
    ['/poke ', ['Carol', 'bob'], ''],
    ['/poke c', ['Carol'], 'c'],
    ['b', ['bob'], 'b'],
    ['hello ca', ['Carol'], 'ca'],
    ['/send hello b', ['bob'], 'b'],
    ['//me and b', ['bob'], 'b'],
    ['hello ', [], ''],
    ['al', [], 'al'],
    ['//b', [], '//b'],
    ['/list b', [], 'b'],
    ['/user b', [], 'b'],
  ])('%j', (line, fits, completed) => {
    expect(complete(line, CONNECTED)).toEqual([fits, completed]);
  });

  test('an empty line offers every command', () => {
    expect(complete('', CONNECTED)[0]).toContain('/user ');
  });

  test('no name that the protocol does not allow is offered', () => {
    const rooms = ['ok', 'o\x1b[2J', 'o k', 'o\u202e'];
    expect(complete('/join o', { ...CONNECTED, rooms })).toEqual([['ok'], 'o']);
  });

  test('a big room does not wash the screen away', () => {
    const members = Array.from({ length: 10_000 }, (_, at) => ({
      ...toMember({ user: `user${at}`, ip: '10.0.0.1', port: 5000 }),
      isSelf: false,
      links: [],
    }));
    expect(complete('/poke ', { ...CONNECTED, members })[0]).toHaveLength(COMPLETIONS_MAX);
  });
});

test('who has spoken last is offered first, and who has gone is not', () => {
  expect(complete('', CONNECTED, ['bob'])[0]).toContain('/list');
  expect(complete('/poke ', CONNECTED, ['bob', 'gone'])[0]).toEqual(['bob', 'Carol']);
  expect(complete('/poke ', CONNECTED, ['Carol', 'bob'])[0]).toEqual(['Carol', 'bob']);
});
