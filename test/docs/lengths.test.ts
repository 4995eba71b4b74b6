/** Goal: a file of code is short enough to be read as one. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODE_FOLDERS, codeFiles } from './code-files.ts';

const LINES_MAX = 400;

test('no file of code has more than 400 lines', () => {
  const files = codeFiles(CODE_FOLDERS);
  const long = files.filter((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length > LINES_MAX);
  expect(long).toEqual([]);
  expect(files.length).toBeGreaterThan(800);
});
