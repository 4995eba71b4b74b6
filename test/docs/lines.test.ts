/** Goal: no comment is wider than 110 columns; the linter holds code to the same. Links can't be broken. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODE_FOLDERS, codeFiles } from './code-files.ts';

const COLUMNS_MAX = 110;
/** Folders whose comments are still to be reflowed. */
const NOT_YET = /\/(?:src\/(?:machines|actors|peer|console\/inspect)|test\/e2e)\//;
const COMMENT = /^\s*(?:\*|\/\*|\/\/)|\/\/ /;

test('comments are no wider than code, which the linter holds to the same width', () => {
  const files = codeFiles(CODE_FOLDERS).filter((file) => !NOT_YET.test(file));
  const wide = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        COMMENT.test(line) && !line.includes('://') && [...line].length > COLUMNS_MAX
          ? [`${file}:${at + 1}`]
          : [],
      ),
  );
  expect(wide).toEqual([]);
});
