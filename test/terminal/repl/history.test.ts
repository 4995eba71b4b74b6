import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HISTORY_LINE_MAX_CHARACTERS, HISTORY_MAX_LINES } from '../../../src/terminal/limits.ts';
import { appendHistory, historyPath, readHistory } from '../../../src/terminal/repl/history.ts';

let directory = '';
let path = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'p2pchat-history-'));
  path = historyPath({ XDG_STATE_HOME: join(directory, 'state') });
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('the file is in the XDG state directory', () => {
  expect(path).toBe(join(directory, 'state', 'p2pchat', 'history'));
  expect(historyPath({ HOME: '/home/a' })).toBe('/home/a/.local/state/p2pchat/history');
  expect(historyPath({ HOME: '/home/a', XDG_STATE_HOME: 'relative' })).toBe(
    '/home/a/.local/state/p2pchat/history',
  );
});

test('what is written is read again, by its owner only', () => {
  expect(readHistory(path)).toEqual([]);
  appendHistory(path, ['/user alice', ' hello ']);
  expect(readHistory(path)).toEqual(['/user alice', ' hello ']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test('nothing entered writes nothing', () => {
  appendHistory(path, []);
  expect(readdirSync(directory)).toEqual([]);
});

test('lines that another program added in the meantime are kept, and no other file is left', () => {
  appendHistory(path, ['one']);
  appendHistory(path, ['two']);
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(readdirSync(dirname(path))).toEqual(['history']);
});

test('it is bounded, and the newest lines are the ones that stay', () => {
  appendHistory(
    path,
    Array.from({ length: HISTORY_MAX_LINES + 5 }, (_, at) => `line ${at}`),
  );
  appendHistory(path, ['last', 'x'.repeat(HISTORY_LINE_MAX_CHARACTERS + 1)]);
  const lines = readHistory(path);
  expect(lines).toHaveLength(HISTORY_MAX_LINES);
  expect([lines[0], lines.at(-1)]).toEqual(['line 6', 'last']);
});

test('control characters in the file do not come to the prompt', () => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'good\n\x1b[2Jbad\n\x9b\n');
  expect(readHistory(path)).toEqual(['good']);
});

test('what is no file is an error that can be told', () => {
  mkdirSync(path, { recursive: true });
  expect(() => readHistory(path)).toThrow('is not a history file');
  expect(() => appendHistory(path, ['x'])).toThrow('is not a history file');
});
