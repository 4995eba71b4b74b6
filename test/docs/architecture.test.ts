import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withStatecharts } from '../../scripts/statecharts.ts';

test('docs/ARCHITECTURE.md shows the statecharts as the machines are (npm run docs writes them)', async () => {
  const text = await readFile(new URL('../../docs/ARCHITECTURE.md', import.meta.url), 'utf8');
  expect(text).toBe(withStatecharts(text));
  expect(text).toContain('JOINED --> CONNECTED : LINK_UP');
});
