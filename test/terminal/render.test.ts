import { describe, expect, test } from 'vitest';
import { answerQuery, type FaceNotice, refusedLine } from '../../src/terminal/face-notice.ts';
import { UnexpectedWordsError } from '../../src/terminal/grammar.ts';
import { createRenderer, NICKNAME_COLOURS, nicknameColour } from '../../src/terminal/render.ts';
import { formatTime } from '../../src/terminal/view/dates.ts';
import { InvalidRoomNameError } from '../../src/words/refusals.ts';
import { CONNECTED, START, said } from './fake-peer.ts';

const TIME_MS = new Date(2026, 0, 2, 3, 4, 5).getTime();
const plain = createRenderer(0);
const coloured = createRenderer(2);

function shown(notice: FaceNotice, self: string | null = 'alice'): string[] {
  return plain.lines(notice, self === null ? [] : [self], TIME_MS);
}

function painted(notice: FaceNotice, self: string | null = 'alice'): string {
  return coloured.lines(notice, self === null ? [] : [self], TIME_MS).join('\n');
}

const OWN = { ...said('alice', 'hi alice'), own: true } as FaceNotice;

describe('without colour', () => {
  test.each<[string, FaceNotice, string]>([
    ['a message', said('bob', 'hello'), '03:04:05 bob: hello'],
    ['a poke', { window: 'message', type: 'poked', user: 'bob' }, '03:04:05 ** bob pokes you!'],
    [
      'what the system did',
      { window: 'command', type: 'named', user: 'bob' },
      '03:04:05 -- Your name is bob.',
    ],
    [
      'trouble',
      { window: 'command', type: 'nobody linked', isKept: false },
      '03:04:05 -! Nobody is linked to you yet:',
    ],
    [
      'a refused command',
      { window: 'command', type: 'refused', command: 'join', input: '', error: new InvalidRoomNameError('') },
      '03:04:05 !! Give a room:',
    ],
    [
      'a line that is no command',
      refusedLine('/list x', new UnexpectedWordsError('/list')),
      '03:04:05 !! /list takes nothing behind it',
    ],
  ])('%s has its own mark at the left edge', (_, notice, start) => {
    const [line, ...more] = shown(notice);
    expect(line?.slice(0, start.length)).toBe(start);
    expect(more).toEqual([]);
  });

  test('control characters of the network are written out', () => {
    expect(shown(said('e\x1b[2Jve', '\x1b]0;x\x07\nforged'))).toEqual([
      '03:04:05 e^[[2Jve: ^[]0;x^G^Jforged',
    ]);
    expect(shown({ window: 'message', type: 'poked', user: '\x9bm' })).toEqual([
      '03:04:05 ** \\x9bm pokes you!',
    ]);
    const error = new InvalidRoomNameError('\u202e');
    expect(shown({ window: 'command', type: 'refused', command: 'join', input: '', error }).join()).toContain(
      '\\u{202e}',
    );
  });

  test('the prompt says state, room and name', () => {
    expect(plain.prompt('START', null, null)).toBe('START (/user NAME)> ');
    expect(plain.prompt('NAMED', null, 'alice')).toBe('NAMED alice (/join ROOM)> ');
    expect(plain.prompt('CONNECTED', 'room1', 'alice')).toBe('CONNECTED room1 alice> ');
  });
});

describe('with colour', () => {
  test('no line is without colour, and none has any at level 0', () => {
    const notices: FaceNotice[] = [
      said('bob', 'x'),
      OWN,
      { window: 'message', type: 'poked', user: 'bob' },
      { window: 'command', type: 'quit' },
      { window: 'command', type: 'nobody linked', isKept: false },
      refusedLine('/list x', new UnexpectedWordsError('/list')),
    ];
    for (const notice of notices) {
      expect(painted(notice)).toContain('\x1b[');
      expect(shown(notice).join()).not.toContain('\x1b');
    }
    expect(coloured.prompt('START', null, null)).toContain('\x1b[');
  });

  test('a name has always the same colour, and names differ', () => {
    expect(nicknameColour('alice')).toBe(nicknameColour('alice'));
    const used = new Set(Array.from({ length: 200 }, (_, at) => nicknameColour(`user${at}`)));
    expect(used.size).toBe(NICKNAME_COLOURS.length);
    expect(painted(said('bob', 'x'))).toContain(`\x1b[38;5;${nicknameColour('bob')}mbob\x1b[39m: x`);
  });

  test('our name is lit up where others say it as a word', () => {
    expect(painted(said('bob', 'hi Alice, malice'))).toContain(
      'hi \x1b[1m\x1b[7mAlice\x1b[27m\x1b[22m, malice',
    );
    expect(painted(said('bob', 'hi a.b axb'), 'a.b')).toContain('\x1b[7ma.b\x1b[27m\x1b[22m axb');
    expect(painted(said('bob', 'hi alice'), null)).toContain(': hi alice');
  });

  test('our own message has our name in bold and nothing lit up', () => {
    expect(painted(OWN)).toContain('malice\x1b[22m\x1b[39m: hi alice');
    expect(painted(OWN)).not.toContain('\x1b[7m');
  });

  test('colours of names can be read on black and on white', () => {
    for (const colour of NICKNAME_COLOURS) {
      const luminance = luminanceOf(colour);
      expect(Math.min(1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05)).toBeGreaterThan(3.8);
    }
  });
});

test('time of day has two digits everywhere', () => {
  expect(formatTime(new Date(2026, 11, 31, 23, 59, 9).getTime())).toBe('23:59:09');
});

describe('tables', () => {
  test('/members', () => {
    expect(shown(answerQuery({ type: 'MEMBERS' }, CONNECTED)).map((line) => line.slice(12))).toEqual([
      '3 members of room1, in the order of the ring:',
      'NAME   ADDRESS         HASH ID               LINK',
      'alice  127.0.0.1:5001  3382070009828795609   you',
      'bob    127.0.0.1:5002  17852666819177020069  forward, backward',
      expect.stringMatching(/^Carol {2}10\.0\.0\.3:5003 {3}\d+ +none$/),
    ]);
    expect(shown(answerQuery({ type: 'MEMBERS' }, START))).toEqual([
      '03:04:05 -- You are in no room: /join ROOM first.',
    ]);
  });

  test('/links', () => {
    expect(shown(answerQuery({ type: 'LINKS' }, CONNECTED)).map((line) => line.slice(12))).toEqual([
      '1 link:',
      'DIRECTION  NAME  ADDRESS         HASH ID               DROPPED',
      'forward    bob   127.0.0.1:5002  17852666819177020069  2 duplicate',
    ]);
    expect(shown(answerQuery({ type: 'LINKS' }, START))).toEqual(['03:04:05 -- There are no links.']);
  });

  test('/status', () => {
    expect(shown(answerQuery({ type: 'STATUS' }, CONNECTED)).map((line) => line.slice(12))).toEqual([
      'State         CONNECTED',
      'Name          alice',
      'Room          room1 (3 members, 1 link)',
      'Address       127.0.0.1:5001',
      'Hash ID       3382070009828795609',
      'Room server   127.0.0.1:32340, connected',
      'Counters',
      '  frames in   12',
      '  frames out  3',
    ]);
    expect(shown(answerQuery({ type: 'STATUS' }, START)).map((line) => line.slice(12))).toEqual([
      'State        START',
      'Name         none yet: /user NAME',
      'Room         none yet: /join ROOM',
      'Address      port 5001',
      'Room server  127.0.0.1:32340, idle',
    ]);
  });
});

/** Relative luminance (WCAG) of one of the 216 colours of the cube. */
function luminanceOf(colour: number): number {
  const steps = [0, 95, 135, 175, 215, 255];
  const index = colour - 16;
  const [red = 0, green = 0, blue = 0] = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6]
    .map((step) => (steps[step] ?? 0) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
