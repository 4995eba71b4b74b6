import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withGenerated } from '../../scripts/generated.ts';

test('docs/ARCHITECTURE.md shows the statecharts and the table of rooms as they are (npm run docs writes them)', async () => {
  const text = await readFile(new URL('../../docs/ARCHITECTURE.md', import.meta.url), 'utf8');
  expect(text).toBe(withGenerated(text));
  expect(text).toContain('IN_ROOM_JOINED --> IN_ROOM_CONNECTED : FORWARD_LINKED');
});
