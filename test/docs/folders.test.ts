/** Goal: a folder can be seen at one glance; the two at the top are the picture of the house. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { CODE_FOLDERS, ROOT } from './code-files.ts';

const SIBLINGS_MAX = 12;
const TOP: readonly string[] = ['src', 'test'];

function foldersBelow(folder: string): string[] {
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inside.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

test('no folder of code has more than a dozen siblings', () => {
  const folders = CODE_FOLDERS.flatMap((folder) => foldersBelow(join(ROOT, folder)));
  const full = folders
    .filter((folder) => readdirSync(folder).length > SIBLINGS_MAX)
    .map((folder) => relative(ROOT, folder));
  expect(full.filter((folder) => !TOP.includes(folder))).toEqual([]);
  expect(folders.length).toBeGreaterThan(100);
});
