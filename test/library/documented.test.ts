/**
 * Goal: the code in docs/LIBRARY.md is code that runs: what it shows stands in the examples and the tests.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import * as protocol from '../../src/library/protocol.ts';
import * as roomServer from '../../src/library/room-server.ts';
import * as simulation from '../../src/library/simulation.ts';
import * as testing from '../../src/library/testing.ts';
import { TestRoom } from '../../src/library/testing.ts';
import { ROOT } from '../docs/code-files.ts';

const page = readFileSync(join(ROOT, 'docs/LIBRARY.md'), 'utf8');
const [bot = '', inTest = ''] = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);

test('the bot of the page is the example', () => {
  const example = readFileSync(join(ROOT, 'examples/echo-bot.ts'), 'utf8');
  expect(example.replace(/^\/\*\*.*\*\/\n/, '')).toBe(bot);
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
});

test('the lines for a test do what they say', async () => {
  const code = inTest
    .replace(/^import .*\n/m, '')
    .replace(': string[]', '')
    .replace('await using', 'const');
  const heard = await runs(`${code}\nawait room[Symbol.asyncDispose]();\nreturn heard;`);
  expect(heard).toEqual(['hello']);
});

test('each entry has what the table says', () => {
  const entries: Record<string, object> = {
    p2pchat: library,
    'p2pchat/protocol': protocol,
    'p2pchat/room-server': roomServer,
    'p2pchat/testing': testing,
    'p2pchat/simulation': simulation,
  };
  const rows = [...page.matchAll(/^\| `(p2pchat[^`]*)` \| (.*) \|$/gm)];
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(entries));
  for (const [, name = '', words = ''] of rows) {
    const told = [...words.matchAll(/`(\w+)`/g)].map(([, word]) => word);
    expect(told.length).toBeGreaterThan(0);
    expect(Object.keys(entries[name] ?? {})).toEqual(expect.arrayContaining(told));
  }
});

/** Runs lines that wait for promises. */
function runs(code: string): Promise<unknown> {
  const AsyncFunction = (async () => {}).constructor as new (
    ...words: string[]
  ) => (room: typeof TestRoom) => Promise<unknown>;
  return new AsyncFunction('TestRoom', code)(TestRoom);
}
