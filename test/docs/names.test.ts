/** Goal: a name means one thing: no two exported classes have the same one, tests and the bench included. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODE_FOLDERS, codeFiles } from './code-files.ts';

const EXPORTED_CLASS = /^export (?:abstract )?class (\w+)/gm;

test('no two exported classes have the same name', () => {
  const places = new Map<string, string[]>();
  for (const file of codeFiles(CODE_FOLDERS)) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(EXPORTED_CLASS))
      places.set(name, [...(places.get(name) ?? []), file]);
  }
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
  expect(places.size).toBeGreaterThan(100);
});
