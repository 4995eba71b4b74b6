/** Goal: what `--json` writes and reads is what its schemas and docs/JSON.md say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { schemaFiles, withNotices } from '../../../scripts/json-lines.ts';
import type { FaceNotice } from '../../../src/terminal/face-notice.ts';
import { parseJsonLine } from '../../../src/terminal/lines/json-command.ts';
import { toJsonLine } from '../../../src/terminal/lines/json-line.ts';
import type { OWN_NOTICES } from '../../../src/terminal/lines/json-notices.ts';
import type { Notice } from '../../../src/words/notices.ts';
import { NotJoinedError } from '../../../src/words/refusals.ts';
import { ROOT } from '../../docs/code-files.ts';
import { commandsFor, linesAtEnd, QUIT, start } from './line-mode-face.ts';
import { faultsOf, SCHEMA_KINDS } from './written-notices.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/JSON.md');

test('the page and the schemas are as the program has them (npm run docs writes them)', () => {
  expect(page).toBe(withNotices(page));
  for (const [path, text] of schemaFiles()) expect(read(path)).toBe(text);
});

test('the schema takes every notice that a face makes itself', () => {
  type Own = Exclude<FaceNotice, Notice | { readonly type: 'refused' }>;
  type Taken = {
    [Type in keyof typeof OWN_NOTICES]: { readonly window: 'command'; readonly type: Type } & Readonly<
      z.infer<(typeof OWN_NOTICES)[Type]>
    >;
  }[keyof typeof OWN_NOTICES];
  expectTypeOf<Own['type']>().toEqualTypeOf<Taken['type']>();
  expectTypeOf<Own>().toExtend<Taken>();
});

test.each<FaceNotice>([
  { window: 'message', type: 'text', user: 'a', content: 'é\u202e', own: false, originHid: '1', msgId: 2 },
  {
    window: 'message',
    type: 'text',
    user: 'a',
    content: '',
    own: true,
    originHid: '1',
    msgId: 0,
    late: true,
  },
  { window: 'command', type: 'refused', command: 'send', input: 'x', error: new NotJoinedError() },
  { window: 'command', type: 'refused', command: null, input: '', error: new NotJoinedError() },
  { window: 'command', type: 'quit' },
])('a notice is written as the schema has it: %j', (notice) => {
  expect(faultsOf(JSON.parse(toJsonLine(notice, 0)))).toEqual([]);
});

test('what is not in the schema is found', () => {
  const time = new Date(0).toISOString();
  expect(faultsOf({ window: 'command', type: 'nothing' })).toHaveLength(1);
  expect(faultsOf({ window: 'command', type: 'named' })).not.toEqual([]);
  expect(
    faultsOf({ ...{ window: 'command', type: 'named', user: 'a', time }, more: 1 } as never),
  ).not.toEqual([]);
});

test('a face with --json answers its questions, and what it can not read, as the schema has it', async () => {
  const face = start({ json: true });
  for (const type of ['MEMBERS', 'LINKS', 'STATUS', 'HELP'])
    face.input.write(`${JSON.stringify({ type })}\n`);
  face.input.write('{"type":"ROOMS","page":1}\n/nonsense\n{"type":\n');
  const notices = (await linesAtEnd(face)).map((line) => JSON.parse(line));
  const types = notices.map(({ type }) => type);
  expect(types).toEqual(['members', 'links', 'status', 'help', 'rooms', 'refused', 'refused', 'quit']);
  for (const notice of notices) expect(faultsOf(notice), JSON.stringify(notice)).toEqual([]);
});

test('commands as JSON are taken as they are, between lines of the other kind', async () => {
  const face = start({ json: true });
  face.input.write('{"type":"USER","name":"alice"}\n{ "type": "SEND", "text": " /x {" }\nhello\n/list\n');
  face.input.write('{"type":"JOIN","room":"tea"}\n{"type":"POKE","name":""}\n{"type":"QUIT"}\n');
  await linesAtEnd(face);
  expect(face.peer.commands).toEqual([
    { type: 'USER', name: 'alice' },
    { type: 'SEND', text: ' /x {' },
    { type: 'SEND', text: 'hello' },
    { type: 'LIST' },
    { type: 'JOIN', room: 'tea' },
    { type: 'POKE', name: '' },
    QUIT,
  ]);
});

test('without --json a line that begins with { is a text', async () => {
  expect(await commandsFor('{"type":"QUIT"}\n')).toEqual([{ type: 'SEND', text: '{"type":"QUIT"}' }, QUIT]);
});

test.each([
  '{',
  '{}',
  '{"type":"DANCE"}',
  '{"type":"SEND"}',
  '{"type":"SEND","text":1}',
  '{"type":"SEND","text":"a","more":["b"]}',
  '{"type":"ROOMS","page":0}',
  '{"type":"LIST"} ',
])('%s is refused with what is wrong, or read', (line) => {
  const parsed = parseJsonLine(line);
  if (line.endsWith(' ')) expect(parsed.kind).toBe('command');
  else if (parsed.kind === 'error')
    expect(parsed.error.message).toMatch(/^This is no command in JSON: .+\. \{"type"/);
  else expect.unreachable(`${line} was read as ${parsed.kind}`);
});

test('the commands of the page are read, and each line of the program has its row', () => {
  const commands = [...page.matchAll(/^\| `(\{.*?\})`/gm)].map(([, line = '']) => line);
  expect(commands.length).toBeGreaterThanOrEqual(8);
  for (const line of commands) expect(parseJsonLine(line).kind, line).not.toBe('error');
  const rows = [...page.matchAll(/^\| (message|command) \| ([^|]+) \|/gm)].map(([, ...kind]) =>
    kind.join(' '),
  );
  expect(rows.map((row) => row.trim())).toEqual(SCHEMA_KINDS);
});
