/** Goal: the REPL shows what its user wants to see, and calls them, in a real pseudo-terminal. */
import { expect, test } from 'vitest';
import { said } from '../fake-peer.ts';
import { connected, ENTER, PROMPT } from './repl-sessions.ts';

const BELL = '\x07';

test('a mention rings the bell, any other text does not, and /notify changes that', async () => {
  const session = await connected();
  session.control.tell({ do: 'show', notices: [said('bob', 'hello')] });
  await session.shows(['03:04:05 bob: hello', PROMPT]);
  expect(session.raw).not.toContain(BELL);
  session.control.tell({ do: 'show', notices: [said('bob', 'alice!')] });
  await session.until('the bell', () => session.raw.includes(BELL));
  session.type(`/notify off${ENTER}`);
  await session.until('the answer', () =>
    session.screen().some((row) => row.includes('calls you for nothing')),
  );
  const before = session.raw.length;
  session.control.tell({ do: 'show', notices: [said('bob', 'alice again')] });
  await session.until('the text', () => session.screen().some((row) => row.includes('alice again')));
  expect(session.raw.slice(before)).not.toContain(BELL);
});

test('a terminal that has notifications is given one, harmless', async () => {
  const session = await connected({ env: { TERM_PROGRAM: 'WezTerm' } });
  session.control.tell({ do: 'show', notices: [said('bob', 'alice, look')] });
  await session.until('the notification', () => session.raw.includes('\x1b]9;bob: alice, look\x1b\\'));
});

test('after midnight the new day is told, once', async () => {
  const session = await connected();
  session.control.tell({ do: 'show', notices: [said('bob', 'late')] });
  session.control.tell({ do: 'time', timeMs: new Date(2026, 0, 3, 0, 0, 1).getTime() });
  session.control.tell({ do: 'show', notices: [said('bob', 'early'), said('bob', 'or not')] });
  await session.shows([
    '03:04:05 bob: late',
    '00:00:01 -- Saturday, 3 January 2026.',
    '00:00:01 bob: early',
    '00:00:01 bob: or not',
    PROMPT,
  ]);
});

test('who is ignored is not shown, /last shows the others again, and a word is lit up', async () => {
  const session = await connected();
  session.type(`/ignore eve${ENTER}`);
  await session.until('the answer', () => session.screen().some((row) => row.includes('of eve are not')));
  session.type(`/highlight tea${ENTER}`);
  await session.until('the answer', () => session.screen().some((row) => row.includes('"tea" is lit up')));
  session.control.tell({ do: 'show', notices: [said('eve', 'tea'), said('bob', 'tea?')] });
  // Bold and inverse.
  await session.until('the word', () => /\x1b\[1m\x1b\[7mtea/.test(session.raw));
  session.type(`/last${ENTER}`);
  await session.until('the memory', () =>
    session.screen().some((row) => row.endsWith('-- 2026-01-02 03:04:05 bob: tea?')),
  );
  expect(session.screen().filter((row) => row.includes('eve: '))).toEqual([]);
});
