/**
 * Goal: no comment is wider than 110 columns; the linter holds code to the same. Links and drawings can't be
 * broken.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODE_FOLDERS, codeFiles } from './code-files.ts';

const COLUMNS_MAX = 110;
const UNBREAKABLE = /:\/\/|──/;
const COMMENT = /^\s*(?:\*|\/\*|\/\/)|\/\/ /;

test('comments are no wider than code, which the linter holds to the same width', () => {
  const files = codeFiles(CODE_FOLDERS);
  const wide = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        COMMENT.test(line) && !UNBREAKABLE.test(line) && [...line].length > COLUMNS_MAX
          ? [`${file}:${at + 1}`]
          : [],
      ),
  );
  expect(wide).toEqual([]);
});
