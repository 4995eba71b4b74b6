/**
 * Other people's text can't be taken for a line of the program, also without colour; long lists stay
 * sentences.
 */
import { expect, describe as group, test } from 'vitest';
import { toMember } from '../../src/overlay/member.ts';
import { describeFrame } from '../../src/protocol/frames.ts';
import { asName, isName } from '../../src/protocol/names.ts';
import { rawLines } from '../../src/terminal/face-notice.ts';
import { parseLine } from '../../src/terminal/grammar.ts';
import { createRenderer } from '../../src/terminal/render.ts';
import { appendHistory, historyPath } from '../../src/terminal/repl/history.ts';
import { roomsPage } from '../../src/terminal/tables.ts';
import { describe, type Notice } from '../../src/words/notices.ts';
import { RoomServerRefusedError } from '../../src/words/refusals.ts';
import { said } from './fake-peer.ts';

const TIME_MS = new Date(2026, 0, 2, 3, 4, 5).getTime();

function shown(user: string, content: string): string {
  return createRenderer(0).lines(said(user, content), ['alice'], TIME_MS).join('\n');
}

group('what others wrote', () => {
  test.each(['--', '**', '!!', '-!', '-- Forward', '"--'])('the name %j is quoted', (name) => {
    expect(shown(name, 'x')).toMatch(/^03:04:05 ".*": x$/);
  });

  test('a text that goes on in the next row like a line of its own has a bar in it', () => {
    const filler = '.'.repeat(60);
    expect(shown('bob', `${filler}03:04:06 -- alice left the room.`)).toBe(
      `03:04:05 bob: ${filler}03:04:06 | -- alice left the room.`,
    );
    expect(shown('bob', `${filler}03:04:06 carol: yes`)).toContain('03:04:06 | carol: yes');
  });

  test.each([
    ['a blank that does not break', '03:04:06\u00a0-- alice left'],
    ['a wide blank', '03:04:06\u3000-- alice left'],
    ['a blank of Braille', '03:04:06\u2800!! no'],
    ['wide digits and colons', '０３：０４：０６ -- alice left'],
    ['other dashes', '03:04:06 ‐‐ alice left'],
    ['minus signs', '03:04:06 −− alice left'],
    ['a wide colon behind the name', '03:04:06 carol： yes'],
    ['two blanks', '03:04:06  -- alice left'],
  ])('%s look like a line as well', (_, content) => {
    expect(shown('bob', content)).toMatch(/^03:04:05 bob: \S+ \|/);
  });

  test('what a room server says is cut, and has a bar where it looks like a line', () => {
    const message = `${'.'.repeat(60)}03:04:06 -- alice left. ${'x'.repeat(100_000)}`;
    const error = new RoomServerRefusedError('JOIN', message);
    const notices: Notice[] = [
      { window: 'command', type: 'room server failed', request: 'JOIN', message, repeatMs: null },
      { window: 'command', type: 'refused', command: 'join', input: 'r', error },
    ];
    for (const notice of notices) {
      const [line = ''] = createRenderer(0).lines(notice, ['alice'], TIME_MS);
      expect(line.length).toBeLessThan(300);
      expect(line).toContain('03:04:06 | -- alice left');
    }
  });

  test.each(['bob msgID 1. -- Connected', 'a\r\nb', 'a\u2028b', 'x'.repeat(200)])(
    'the names %j of a frame that was dropped are one word each',
    (name) => {
      const frame = { kind: 'TEXT', originHid: '1', msgId: 7, content: Buffer.from('x') } as const;
      expect(describeFrame({ ...frame, room: name, originUser: name })).toMatch(
        /^TEXT [!-~]{1,32} [!-~]{1,32} msgID 7, 1 bytes$/,
      );
    },
  );

  test.each(['hello', 'at 12:30:00 we meet', '-- so what', 'see: 10:20'])('%j stays as it is', (content) => {
    expect(shown('bob', content)).toBe(`03:04:05 bob: ${content}`);
  });

  test.each([
    ['alice', 'alice'],
    ['two words', 'two?words'],
    ['', '?'],
    ['x'.repeat(40), 'x'.repeat(32)],
    ['a\r\nb\x1b', 'a??b?'],
  ])('the name %j in a TEXT is shown as %j', (name, word) => {
    expect(asName(name)).toBe(word);
    expect(isName(asName(name))).toBe(true);
  });
});

group('a long list', () => {
  const many = Array.from({ length: 206 }, (_, at) => `peer${at}`);
  const members = many.map((user) => toMember({ user, ip: '10.0.0.1', port: 5_000 }));
  const [self] = members;

  test.each<[string, Notice]>([
    ['poke whom', { window: 'command', type: 'poke whom', nicknames: many }],
    [
      'search exhausted',
      {
        window: 'command',
        type: 'search exhausted',
        tried: many.slice(0, 10),
        count: many.length,
        retryMs: 5_000,
      },
    ],
    [
      'joined',
      {
        window: 'command',
        type: 'joined',
        room: 'r',
        self: self ?? toMember({ user: 'a', ip: '10.0.0.1', port: 1 }),
        members,
      },
    ],
    [
      'members changed',
      { window: 'command', type: 'members changed', joined: members, left: members, count: 206 },
    ],
  ])('in the sentence "%s" is cut', (_, notice) => {
    expect(describe(notice)).toMatch(/peer9[^,]* and 196 others/);
    expect(describe(notice).length).toBeLessThan(800);
  });

  test('of rooms comes in pages', () => {
    const notice: Notice = { window: 'command', type: 'groups', rooms: many };
    const [first = '', hint] = rawLines(notice);
    expect(first).toMatch(/^Rooms 1 to 100 of 206: peer0, .*, peer99\.$/);
    expect(hint).toBe('/list 2 to /list 3 show the others.');
    expect(parseLine('/list 3')).toEqual({ kind: 'query', query: { type: 'ROOMS', page: 3 } });
    expect(parseLine('/list 0').kind).toBe('error');
    expect(roomsPage(many, 3)).toBe(
      'Rooms 201 to 206 of 206: peer200, peer201, peer202, peer203, peer204, peer205.',
    );
    expect(roomsPage(many, 4)).toBe('There are 3 pages of rooms.');
    expect(roomsPage([], 1)).toMatch(/^No rooms are known yet/);
  });

  test('with one more than fits says "1 other"', () => {
    expect(describe({ window: 'command', type: 'poke whom', nicknames: many.slice(0, 11) })).toContain(
      'peer9 and 1 other',
    );
  });
});

test.runIf(process.platform === 'linux')('a home that takes no folder is an error at once, no loop', () => {
  for (const HOME of ['/proc', '/proc/self', '/dev/null', '/sys']) {
    const path = historyPath({ HOME });
    expect(() => appendHistory(path, ['hello'])).toThrow(/E[A-Z]+/);
  }
});
