/** Goal: the cases are what docs/CHECK.md and the assignment say: addressed, explained, worth their marks. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withCases } from '../../scripts/check-cases.ts';
import { MARK_ITEMS } from '../../src/check/marks.ts';
import { PEER_CASES } from '../../src/check/peer-cases/peer-cases.ts';
import { isWithin, SECTIONS } from '../../src/check/sections.ts';
import { SERVER_CASES } from '../../src/check/server-cases/server-cases.ts';

const read = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('sections have the numbers of the headings of docs/PROTOCOL.md', async () => {
  const headings = [...(await read('PROTOCOL.md')).matchAll(/^(##+) (.+)$/gm)];
  const numbered: Record<string, string> = {};
  let [chapter, section] = [0, 0];
  for (const [, marks = '', heading = ''] of headings) {
    if (marks === '##') [chapter, section] = [chapter + 1, 0];
    else section += 1;
    numbered[section === 0 ? `${chapter}` : `${chapter}.${section}`] = heading;
  }
  expect(SECTIONS).toEqual(numbered);
});

test('docs/CHECK.md lists every case (npm run docs writes it)', async () => {
  const text = await read('CHECK.md');
  expect(text).toBe(withCases(text));
  expect(text).toContain('| 2.3.1 | JOINED: the same J every 20 s |');
});

test('there are far more than sixty, each with an address of its own and all of its words', () => {
  expect(PEER_CASES.length + SERVER_CASES.length).toBeGreaterThanOrEqual(150);
  for (const cases of [PEER_CASES, SERVER_CASES]) {
    expect(new Set(cases.map(({ address }) => address)).size).toBe(cases.length);
    for (const { address, section, title, contract, lookFor } of cases) {
      expect(isWithin(address, section)).toBe(true);
      for (const words of [title, contract, lookFor]) expect(words.length, address).toBeGreaterThan(5);
    }
  }
});

test('every item of the assignment has cases, stage 1 is worth 8 and stage 2 is worth 9', () => {
  const points = (stage: number) =>
    Object.values(MARK_ITEMS).reduce((sum, item) => sum + (item.stage === stage ? item.points : 0), 0);
  expect([points(1), points(2)]).toEqual([8, 9]);
  const marked = new Set(PEER_CASES.flatMap(({ mark }) => mark ?? []));
  expect(marked).toEqual(new Set(Object.keys(MARK_ITEMS)));
  // Who fails what only good programs do loses no marks.
  expect(PEER_CASES.filter(({ mark, level }) => mark !== undefined && level === 'should')).toEqual([]);
});

test('--only takes a section or a case, and no neighbour by its digits', () => {
  expect(isWithin('2.2.5', '2.2')).toBe(true);
  expect(isWithin('2.2.5', '2.2.5')).toBe(true);
  expect(isWithin('2.2.51', '2.2.5')).toBe(false);
  expect(isWithin('1.12', '1.1')).toBe(false);
});
