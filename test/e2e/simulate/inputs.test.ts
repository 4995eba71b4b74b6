/**
 * The command `p2pchat simulate --inputs`: the recording of a room that ran live is run again, exactly; what
 * is no such recording, or another world, is refused with a sentence and an exit code.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { HandAct } from '../../../src/log/by-hand/inputs.ts';
import type { LogEntry } from '../../../src/log/entry.ts';
import { lineOf, type RecordingHeader } from '../../../src/log/file/recording-format.ts';
import { does, QUIET, SETTLED_MS, says, withWorld } from '../../simulation/live/worlds.ts';
import { Program } from '../tools/program.ts';

const directory = mkdtempSync(join(tmpdir(), 'p2pchat-inputs-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const HEADER: RecordingHeader = {
  ...{ p2pchat: 'recording', version: 1, program: '0.1.0', source: 'simulate' },
  ...{ startedMs: null, hasTexts: true, world: QUIET },
};

/** A recording of a world in which much was done by hand. */
const recorded: readonly LogEntry[] = withWorld(QUIET, [], ({ world, entries }) => {
  world.advance(SETTLED_MS);
  says(world, 'alice', 'hello');
  const [copy] = world.frames.filter(({ kind }) => kind === 'TEXT');
  does(world, { type: 'drop', frame: copy?.number ?? 0 });
  world.stepDelivery();
  does(world, { type: 'event', peer: 'bob', actor: 'user', event: { type: 'LIST' } });
  world.stop();
  return entries;
});

function fileOf(name: string, header: RecordingHeader, entries: readonly LogEntry[]): string {
  const path = join(directory, name);
  writeFileSync(path, [header, ...entries].map(lineOf).join(''));
  return path;
}

async function again(path: string, words: readonly string[] = []) {
  const program = new Program(['simulate', '--inputs', path, ...words]);
  const { code } = await program.ended(30_000);
  return { code, lines: program.lines, errors: program.errors };
}

/** The recording with another act in place of its first one. */
function with1(act: object): readonly LogEntry[] {
  const first = recorded.findIndex(({ type }) => type === 'input');
  return recorded.map((entry, place) =>
    place === first ? ({ ...entry, act: act as HandAct } as LogEntry) : entry,
  );
}

test('the same trace: exit code 0, and the hash', async () => {
  const { code, lines } = await again(fileOf('same.ndjson', HEADER, recorded));
  const end = recorded.at(-1);
  expect(end).toMatchObject({ type: 'input', act: { type: 'end' } });
  const hash = end?.type === 'input' && end.act.type === 'end' ? end.act.traceHash : '';
  expect([code, lines]).toEqual([0, [`The same as recorded. ${end?.atMs} ms, trace ${hash}`]]);
});

test('its inputs alone are enough, and a recording of it is the recording that it came from', async () => {
  const inputs = recorded.filter(({ type }) => type === 'input');
  const path = join(directory, 'copy.ndjson');
  const { code, lines } = await again(fileOf('inputs.ndjson', HEADER, inputs), ['--record', path, '--json']);
  expect([code, JSON.parse(lines[0] ?? '')]).toMatchObject([0, { seed: QUIET.seed, isSame: true }]);
  const [, ...written] = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(written.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(recorded)));
});

test('other words were said: exit code 1, not the same', async () => {
  const said = { type: 'command', peer: 'alice', command: { type: 'SEND', text: 'others' } };
  const { code, lines } = await again(fileOf('other.ndjson', HEADER, with1(said)));
  expect(code).toBe(1);
  expect(lines[0]).toMatch(/^NOT the same as recorded\./);
});

test('killed before its end: it is run as far as it goes', async () => {
  const { code, lines } = await again(fileOf('killed.ndjson', HEADER, recorded.slice(0, -1)));
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^The recording has no end to compare with\./);
});

test.each([
  [
    'a fault that there is not',
    { ...HEADER, world: { ...QUIET, faults: ['gravity'] } },
    recorded,
    /There is no fault/,
  ],
  ['another seed', { ...HEADER, world: { ...QUIET, seed: 8 } }, recorded, /does not fit to this world/],
  ['no texts', { ...HEADER, hasTexts: false }, recorded, /what people say was left out/],
  ['no room that ran live', { ...HEADER, world: undefined }, recorded, /is no recording of a room/],
  [
    'an event that only actors send',
    HEADER,
    with1({ type: 'event', peer: 'bob', actor: 'user', event: { type: 'FORWARD_LINKED' } }),
    /does not fit to this world: FORWARD_LINKED was not sent/,
  ],
  ['a frame that is not there', HEADER, with1({ type: 'drop', frame: 1 }), /This frame is not under way/],
] as const)('%s: exit code 1, and a sentence', async (what, header, entries, sentence) => {
  const { code, errors } = await again(
    fileOf(`${what.replaceAll(' ', '-')}.ndjson`, header as RecordingHeader, entries),
  );
  expect(code).toBe(1);
  expect(errors).toMatch(sentence);
  expect(errors).not.toMatch(/\n {4}at /);
});

test.each([
  [['simulate', '--web', '--seeds', '1-2']],
  [['simulate', '--web', '--report', 'x.html']],
  [['simulate', '--web', '--trace']],
  [['simulate', '--inputs', 'x.ndjson', '--seed', '1']],
  [['simulate', '--inputs', 'x.ndjson', '--minutes', '3']],
  [['demo', '--seed', '1']],
])('%j: wrong usage', async (words) => {
  expect((await new Program(words).ended()).code).toBe(2);
});
