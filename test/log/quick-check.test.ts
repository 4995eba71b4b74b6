/**
 * Goal: the quick check of a recording's lines says what their schema says, of the entries of a world and of
 * whatever becomes of them when somebody changes them.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LogEntry, logEntry } from '../../src/log/entry.ts';
import { quickCheck } from '../../src/log/file/quick-check.ts';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runLogged } from './logged-world.ts';

const isEntry = quickCheck(logEntry);

function entriesOfEachType(): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  runLogged(drawPlan(5, { minutes: 0.3, peers: 4, faults: ['kill'] }), (more) => entries.push(...more));
  const found = new Map<string, LogEntry[]>();
  for (const entry of entries) {
    const alike = found.get(entry.type) ?? [];
    if (alike.length < 5) found.set(entry.type, [...alike, entry]);
  }
  const stamp = { serial: 7, atMs: 1, party: 'world', causedBy: null } as const;
  return [
    ...[...found.values()].flat(),
    { ...stamp, type: 'violation', invariant: '1', what: 'x', peers: ['alice: CONNECTED'] },
    { ...stamp, type: 'gap', missing: 3, of: 'entries' },
    { ...stamp, type: 'input', step: 3, act: { type: 'delay', frame: 1, ms: 20 } },
    { ...stamp, type: 'input', step: 3, act: { type: 'command', peer: 'a', command: { type: 'LIST' } } },
  ];
}

/** All places in a value: the ways to them. */
function waysIn(value: unknown, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  const inner = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [way, ...inner.flatMap((name) => waysIn(value[name as keyof typeof value], [...way, name]))];
}

/** A copy in which the value at a place is another one, or gone. */
function changed(value: unknown, [first, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (first === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  if (rest.length === 0 && by === undefined) delete copy[first];
  else copy[first] = changed(copy[first], rest, by);
  return copy;
}

const STRANGE = [undefined, null, 0, -1, 1.5, 2 ** 60, '', 'x', '====', 'AAAA', 'constructor', true, [], {}];

test('it says of each entry, and of each that was changed, what the schema says', () => {
  const entries = entriesOfEachType();
  for (const entry of entries) expect(isEntry(JSON.parse(JSON.stringify(entry)))).toBe(true);
  let refused = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...entries),
      fc.nat(),
      fc.oneof(fc.constantFrom(...STRANGE), fc.jsonValue()),
      fc.boolean(),
      (entry, place, by, isAdded) => {
        const ways = waysIn(entry);
        const way = ways[place % ways.length] ?? [];
        const other = changed(entry, isAdded ? [...way.slice(0, -1), 'more'] : way, by);
        const value = other === undefined ? null : JSON.parse(JSON.stringify(other));
        const isSo = logEntry.safeParse(value).success;
        if (!isSo) refused += 1;
        expect(isEntry(value)).toBe(isSo);
      },
    ),
    { numRuns: 3_000, verbose: false },
  );
  expect(refused).toBeGreaterThan(500);
});
