/** Goal: what a user wants to see is what the faces show: ignored, lit up, called for, remembered, saved. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaceNotice, rawLines } from '../../../src/terminal/face-notice.ts';
import { parseLine } from '../../../src/terminal/grammar.ts';
import { LIGHTS_MAX, REMEMBERED_MESSAGES_MAX } from '../../../src/terminal/limits.ts';
import { callOf } from '../../../src/terminal/view/call.ts';
import { ChatView } from '../../../src/terminal/view/chat-view.ts';
import { formatLongDay } from '../../../src/terminal/view/dates.ts';
import { FakePeer, said } from '../fake-peer.ts';

const TIME_MS = new Date(2026, 10, 28, 22, 30, 5).getTime();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'p2pchat-view-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is shown for a line that is typed. */
function typed(view: ChatView, line: string): string[] {
  const parsed = parseLine(line);
  if (parsed.kind === 'error') return [parsed.error.message];
  if (parsed.kind !== 'view') throw new Error(`${line} is no wish about the view`);
  return rawLines(view.answer(parsed.query));
}

function shows(view: ChatView, notice: FaceNotice): boolean {
  return view.take(notice, TIME_MS);
}

const poke = (user: string): FaceNotice => ({ window: 'message', type: 'poked', user });
const own = (content: string): FaceNotice => ({ ...said('alice', content), own: true }) as FaceNotice;

describe('/ignore', () => {
  test('hides texts and pokes of a member until it is typed again, and nobody else', () => {
    const view = new ChatView(new FakePeer());
    expect(typed(view, '/ignore')).toEqual(['Nobody is ignored: /ignore NAME ignores.']);
    typed(view, '/ignore bob');
    expect(shows(view, said('bob', 'hello'))).toBe(false);
    expect(shows(view, poke('bob'))).toBe(false);
    expect(shows(view, said('bobby', 'hello'))).toBe(true);
    expect(shows(view, { ...said('bob', 'mine'), own: true } as FaceNotice)).toBe(true);
    expect(typed(view, '/ignore')).toEqual(['Ignored: bob.']);
    typed(view, '/ignore bob');
    expect(shows(view, said('bob', 'hello'))).toBe(true);
  });

  test('takes names only, and so many of them', () => {
    const view = new ChatView(new FakePeer());
    expect(typed(view, '/ignore a:b')[0]).toMatch(/can't be a name/);
    for (let number = 1; number <= LIGHTS_MAX; number += 1) typed(view, `/ignore n${number}`);
    expect(typed(view, '/ignore onemore')[0]).toMatch(/^64 names are ignored/);
    expect(shows(view, said('onemore', 'hello'))).toBe(true);
    typed(view, '/ignore n1');
    typed(view, '/ignore onemore');
    expect(shows(view, said('onemore', 'hello'))).toBe(false);
  });
});

describe('/notify and /highlight', () => {
  test.each([
    ['off', false, false, false, false],
    ['mentions', false, true, true, true],
    ['all', true, true, true, true],
  ])('%s', (mode, any, name, word, poked) => {
    const view = new ChatView(new FakePeer());
    typed(view, '/highlight tea');
    typed(view, `/notify ${mode}`);
    expect(view.calls(said('bob', 'hello'), 'alice')).toBe(any);
    expect(view.calls(said('bob', 'Alice?'), 'alice')).toBe(name);
    expect(view.calls(said('bob', 'TEA!'), 'alice')).toBe(word);
    expect(view.calls(said('bob', 'teapot malice'), 'alice')).toBe(any);
    expect(view.calls(poke('bob'), 'alice')).toBe(poked);
    expect(view.calls(own('alice, tea'), 'alice')).toBe(false);
  });

  test('a word is lit up until it is typed again; it may hold anything', () => {
    const view = new ChatView(new FakePeer());
    typed(view, '/highlight c++ (x)');
    expect(view.lights).toEqual(['c++ (x)']);
    expect(view.calls(said('bob', 'I like c++ (x).'), null)).toBe(true);
    expect(typed(view, '/highlight')).toEqual(['Lit up: c++ (x).']);
    typed(view, '/highlight c++ (x)');
    expect(view.lights).toEqual([]);
    expect(typed(view, '/notify loud')[0]).toMatch(/^Type \/notify/);
  });
});

test('/quiet leaves out lines about links and duplicates, and says when it does', () => {
  const view = new ChatView(new FakePeer());
  const line: FaceNotice = { window: 'command', type: 'dropped', kind: 'duplicate', count: 1, last: 'x' };
  expect(shows(view, line)).toBe(true);
  expect(typed(view, '/quiet')[0]).toMatch(/left out/);
  expect(shows(view, line)).toBe(false);
  expect(shows(view, said('bob', 'hello'))).toBe(true);
  typed(view, '/quiet off');
  expect(shows(view, line)).toBe(true);
  expect(shows(new ChatView(new FakePeer(), { isQuiet: true }), line)).toBe(false);
});

test('/utf8 allows what is not ASCII, at any time, and says what holds', () => {
  const peer = new FakePeer();
  const view = new ChatView(peer);
  expect(typed(view, '/utf8')[0]).toMatch(/is refused/);
  expect(typed(view, '/utf8 on')[0]).toMatch(/is sent/);
  expect(peer.allowsUtf8).toBe(true);
  typed(view, '/utf8');
  expect(peer.allowsUtf8).toBe(true);
  typed(view, '/utf8 OFF');
  expect(peer.allowsUtf8).toBe(false);
  expect(typed(view, '/utf8 maybe')[0]).toMatch(/^Type \/utf8 \[on\|off\]/);
});

describe('what is remembered', () => {
  test('/last shows the last ones, /search those with a word or of a member, with date and time', () => {
    const view = new ChatView(new FakePeer());
    expect(typed(view, '/last')).toEqual(['There is no such message.']);
    for (const content of ['one', 'two', 'Three']) shows(view, said('bob', content));
    shows(view, own('mine'));
    typed(view, '/ignore eve');
    shows(view, said('eve', 'three'));
    expect(typed(view, '/last 2')).toEqual([
      '2026-11-28 22:30:05 bob: Three',
      '2026-11-28 22:30:05 alice: mine',
    ]);
    expect(typed(view, '/search tHREE')).toEqual(['2026-11-28 22:30:05 bob: Three']);
    expect(typed(view, '/search alice')).toEqual(['2026-11-28 22:30:05 alice: mine']);
    for (const wrong of ['/last 0', '/last x', '/search', '/save'])
      expect(typed(view, wrong)[0]).toMatch(/^Type \//);
    expect(view.speakers).toEqual(['bob']);
  });

  test('is bounded: the oldest go', () => {
    const view = new ChatView(new FakePeer());
    for (let number = 0; number <= REMEMBERED_MESSAGES_MAX; number += 1)
      shows(view, said(`m${number}`, `text ${number} end`));
    expect(typed(view, '/search text 0 end')).toEqual(['There is no such message.']);
    expect(typed(view, `/last ${10 * REMEMBERED_MESSAGES_MAX}`)).toHaveLength(REMEMBERED_MESSAGES_MAX);
    expect(view.speakers[0]).toBe(`m${REMEMBERED_MESSAGES_MAX}`);
  });

  test('/save writes a new file that only its owner reads, harmless to print, and replaces none', () => {
    const view = new ChatView(new FakePeer());
    shows(view, said('bob', 'red \x1b[31m alert'));
    const path = join(folder, 'said.txt');
    expect(typed(view, `/save ${path}`)).toEqual([`1 message saved to ${path}.`]);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^2026-11-28 22:30:05 bob: red .*alert\n$/);
    expect(text).not.toContain('\x1b');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(typed(view, `/save ${path}`)[0]).toMatch(/^Nothing was saved: EEXIST/);
    expect(typed(view, `/save ${join(folder, 'no', 'such')}`)[0]).toMatch(/^Nothing was saved: ENOENT/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

test('a call is the bell, and a notification where the terminal has one and nothing is between', () => {
  expect(callOf('bob: hi', {})).toBe('\x07');
  expect(callOf('bob: hi', { TERM: 'xterm-kitty' })).toBe('\x1b]99;;bob: hi\x1b\\\x07');
  expect(callOf('bob: hi', { TERM_PROGRAM: 'iTerm.app' })).toBe('\x1b]9;bob: hi\x1b\\\x07');
  expect(callOf('a;b', { VTE_VERSION: '7000' })).toBe('\x1b]777;notify;P2PChat;a,b\x1b\\\x07');
  expect(callOf('bob: hi', { TERM: 'screen', TERM_PROGRAM: 'iTerm.app' })).toBe('\x07');
  expect(callOf('bob: hi', { TMUX: 'x', TERM_PROGRAM: 'WezTerm' })).toBe('\x07');
  // What others write ends no sequence and begins none.
  const hostile = callOf('\x07\x1b]0;title\x07\u009c', { TERM: 'xterm-kitty' });
  expect(hostile.slice('\x1b]99;;'.length, -'\x1b\\\x07'.length)).not.toMatch(/\p{Cc}/u);
});

test('a day is written with its name', () => {
  expect(formatLongDay(TIME_MS)).toBe('Saturday, 28 November 2026');
});
