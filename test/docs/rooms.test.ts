/** Goal: arrows run downwards only, types included, as the table of rooms says (scripts/rooms.ts). */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { crossings, ROOMS, roomOf } from '../../scripts/rooms.ts';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));
const PATHS = ROOMS.map(({ path }) => path);

test('no file imports from a room that its own room may not import', () => {
  const found = crossings(SOURCE, PATHS);
  const forbidden = found.filter(({ from, to }) => {
    const mayImport = ROOMS.find(({ path }) => path === from)?.mayImport ?? [];
    return !mayImport.includes('everything') && !mayImport.includes(to);
  });
  expect(forbidden).toEqual([]);
  expect(found.length).toBeGreaterThan(300);
});

test('a room may import only rooms that stand before it in the table', () => {
  for (const [place, { path, mayImport }] of ROOMS.entries())
    for (const room of mayImport.filter((name) => name !== 'everything' && name !== 'io/node'))
      expect(PATHS.slice(0, place), path).toContain(room);
});

test('imports are found however they are written, those of types, too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-rooms-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const room of ['up', 'down']) mkdirSync(join(folder, room));
  const lines = [
    "import type { A } from '../up/a.ts';",
    "import { b, type B } from '../up/b.ts';",
    "export { c } from '../up/c.ts';",
    "export type * from '../up/d.ts';",
    "import '../up/e.ts';",
    "const f = await import('../up/f.ts');",
    "import { g } from './beside.ts';",
  ];
  writeFileSync(join(folder, 'down', 'file.ts'), lines.join('\n'));
  const found = crossings(folder, ['up', 'down']);
  expect(found.map(({ imported }) => imported).sort()).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `up/${name}.ts`),
  );
});

test('the innermost room that a file stands in is its room', () => {
  expect(roomOf('console/page/App.tsx', PATHS)).toBe('console/page');
  expect(roomOf('console/limits.ts', PATHS)).toBe('console');
  expect(roomOf('cli.ts', PATHS)).toBe('cli.ts');
});
