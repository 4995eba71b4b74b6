/** Goal: what a file of the program exports, another file imports: else it is no part of its interface. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CODE_FOLDERS, codeFiles, ROOT } from './code-files.ts';
import { unusedExports } from './unused-exports.ts';

/** What programs of others import. */
const { include: library } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.library.json'), 'utf8')) as {
  readonly include: readonly string[];
};

test('every export of the program is imported somewhere', () => {
  const program = new Set(codeFiles(['src']));
  for (const path of library) expect(program.delete(join(ROOT, path))).toBe(true);
  const texts = new Map(codeFiles(CODE_FOLDERS).map((path) => [path, readFileSync(path, 'utf8')]));
  expect(unusedExports(texts, (path) => program.has(path))).toEqual([]);
  expect(program.size).toBeGreaterThan(400);
});

test('imports are found however they are written', () => {
  const texts = new Map([
    [
      '/a.ts',
      'export const used = 1; export type Used = 1; export const unused = 2; export type Unused = 2;',
    ],
    ['/b.ts', "import { used as other, type Used } from './a.ts'; export default function b() {}"],
    ['/c.ts', "import b from './b.ts'; export { unused as passedOn } from './d.ts'; export class Unused {}"],
    ['/d.ts', 'export const unused = 1; export const e = 2; export const { f, g } = { f: 1, g: 2 };'],
    ['/in/e.ts', "import { f } from '../d.ts'; export const all = 1;"],
    ['/g.ts', "const { all } = await import('./in/e.ts'); export const h = 1; export const i = 1;"],
    ['/h.ts', "import * as g from './g.ts'; export * from './j.ts';"],
    ['/j.ts', 'export const k = 1;'],
  ]);
  expect(unusedExports(texts, () => true)).toEqual([
    '/a.ts: unused',
    '/a.ts: Unused',
    '/c.ts: passedOn',
    '/c.ts: Unused',
    '/d.ts: e',
    '/d.ts: g',
  ]);
});
