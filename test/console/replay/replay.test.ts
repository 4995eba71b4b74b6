/**
 * Goal: a recording is shown as the live room was: the same lines, frames, members and machines. The other
 * side is the world's own trace, which knows nothing of the log, and what a page was told while it ran.
 */
import { expect, test } from 'vitest';
import { RoomMessages } from '../../../src/console/feed/room-messages.ts';
import { CONSOLE_LIMITS } from '../../../src/console/limits.ts';
import { NO_INSPECTION } from '../../../src/console/page/inspection/inspection.ts';
import { NoRecordingError, openRecording } from '../../../src/console/page/state/file/open-recording.ts';
import { keptEntries, recordingOf } from '../../../src/console/page/state/file/recording-of.ts';
import { type KnownRoom, withLogged } from '../../../src/console/page/state/known-room.ts';
import { EMPTY_VIEW } from '../../../src/console/page/state/peer-view.ts';
import { openReplay } from '../../../src/console/replay/open-replay.ts';
import type { LogEntry } from '../../../src/log/entry.ts';
import { lineOf, type RecordingHeader } from '../../../src/log/file/recording-format.ts';
import { drawPlan } from '../../../src/simulation/plan.ts';
import { runWorld } from '../../../src/simulation/world.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { runLogged } from '../../log/logged-world.ts';
import { ask, Client, enter, pageHeaders } from '../client.ts';
import { pageDirectory } from '../stage.ts';

const KEEPS = { notices: 1e6, frames: 1e6, drops: 1e6, changes: 1e6, happenings: 1e6 };
const HEADER: RecordingHeader = {
  ...{
    p2pchat: 'recording',
    version: 1,
    program: '1.2.3',
    source: 'simulate',
    startedMs: null,
    hasTexts: true,
  },
};

function plan() {
  return drawPlan(5, { minutes: 0.3, peers: 4, faults: ['kill'] });
}

/** A world, and what a page was told of it while it ran, a few entries at a time. */
function liveWorld() {
  const entries: LogEntry[] = [];
  const messages = new RoomMessages(CONSOLE_LIMITS);
  let live: KnownRoom = { views: {}, happenings: [], seats: new Map(), inspection: NO_INSPECTION };
  runLogged(plan(), (more) => {
    entries.push(...more);
    live = withLogged(live, messages.of(more), KEEPS);
  });
  return { entries, live };
}

/** A file whose bytes come in small pieces. */
function source(name: string, text: string) {
  const bytes = new TextEncoder().encode(text);
  const stream = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 10_007) controller.enqueue(bytes.subarray(at, at + 10_007));
        controller.close();
      },
    });
  return { name, size: bytes.length, bytes: async () => stream() };
}

function opened(lines: readonly string[]) {
  return openRecording(source('world.ndjson', lines.join('')), () => undefined);
}

test('a recorded world is shown as it was: lines, frames, members, machines', async () => {
  const { entries, live } = liveWorld();
  const lines: string[] = [];
  runWorld(plan(), { onTrace: (line) => lines.push(line) });
  const { room, recording } = await opened([HEADER, ...entries].map(lineOf));
  expect(recording).toMatchObject({ badLines: 0, problems: [], entries: entries.length });
  expect(room.hello).toMatchObject({ isRecording: true, roomServer: { host: '10.0.0.1', port: 32_340 } });
  const names = plan().peers.map(({ name }) => name);
  expect(Object.keys(room.views).sort()).toEqual([...names].sort());
  for (const name of names) {
    const shown = (room.views[name] ?? EMPTY_VIEW).notices.flatMap(({ speaker, text, windows }) =>
      windows.includes('message') ? [speaker === null ? text : `${speaker}: ${text}`] : [],
    );
    const traced = lines.flatMap(
      (line) => new RegExp(`^\\d+ ${name} \\[msg\\] (.*)$`, 's').exec(line)?.[1] ?? [],
    );
    expect(shown).toEqual(traced);
  }
  expect({ views: room.views, happenings: room.happenings, seats: room.seats }).toEqual({
    ...{ views: live.views, happenings: live.happenings, seats: live.seats },
  });

  const moves = entries.filter(({ type }) => type === 'transition').length;
  const { steps, actors } = room.inspection;
  expect(steps.filter(({ kind }) => kind === 'event')).toHaveLength(moves);
  const joined = steps.find(({ event, actor }) => event === 'ROOM_JOINED' && actor === 'user');
  expect(joined).toMatchObject({
    from: { NAMED: 'JOINING' },
    to: { IN_ROOM: 'JOINED' },
    sender: 'room-session',
  });
  expect(joined?.detail().taken).toHaveLength(1);
  expect([...actors.values()].filter(({ parent, name }) => parent === null && name !== 'user')).toEqual([]);
});

test('what a page has kept of a live room is saved as a recording, and opened it is the same room', async () => {
  const { entries, live } = liveWorld();
  expect(keptEntries(live)).toEqual(entries);
  const { room } = await opened(recordingOf({ hello: null, room: null, ...live }));
  expect(room.views).toEqual(live.views);
});

test('bad lines are named and passed over, whatever stands in them; what is no recording is refused', async () => {
  const { entries } = liveWorld();
  const [first, ...rest] = [...entries.slice(0, 50)].map(lineOf);
  const stamp = { serial: 3, atMs: 1, causedBy: null };
  const hostile = [
    '</script><script>alert(1)</script>\n',
    `${JSON.stringify({ ...stamp, party: '__proto__', type: 'life', what: 'started' })}\n`,
    `${JSON.stringify({ ...stamp, party: 'constructor', type: 'life', what: 'started' })}\n`,
    '{"serial":1e999}\n',
  ];
  const { room, recording } = await opened([lineOf(HEADER), first ?? '', ...hostile, ...rest]);
  expect(recording.badLines).toBe(hostile.length);
  expect(recording.problems[0]).toBe('Line 3 was passed over: it is not JSON.');
  expect(Object.keys(room.views)).not.toContain('__proto__');
  expect(recording.entries).toBe(50);
  await expect(opened(['hello\n'])).rejects.toThrow(NoRecordingError);
  await expect(opened([])).rejects.toThrow('world.ndjson is no recording. It is empty.');
});

test('machines that are none, and states without end, cost what they say and nothing else', async () => {
  const { entries } = liveWorld();
  let deep: unknown = 'x';
  for (let depth = 0; depth < 500; depth += 1) deep = { x: deep };
  const bent = entries.map((entry): LogEntry => {
    if (entry.type === 'transition') return { ...entry, to: deep as typeof entry.to };
    return entry.type === 'actor' && entry.machine === 'link' && entry.definition !== null
      ? { ...entry, definition: '{"states":{"x":7},"id":5}' }
      : entry;
  });
  const { room, recording } = await opened([HEADER, ...bent].map(lineOf));
  expect(recording.problems).toEqual(['The machine link has no definition that can be read.']);
  const names = new Set([...room.inspection.actors.values()].map(({ chart }) => chart.id));
  expect([names.has('user'), names.has('link')]).toEqual([true, false]);
});

test('replay gives whoever has its address the page and the file, nobody else anything, and no socket', async () => {
  const replay = await openReplay({
    read: async () => Buffer.from('{"p2pchat":"recording"}\n'),
    ...{ limits: CONSOLE_LIMITS, port: 0, page: await pageDirectory() },
    attributes: { name: `"><script>alert(1)</script>` },
  });
  closeBehindTest(() => replay.close());
  const entered = await enter(replay.url);
  const { port, cookie } = entered;
  const page = await ask(port, { headers: { cookie } });
  expect(page.body).toContain(
    '<div id="page" data-name="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" data-recording="/recording.ndjson">',
  );
  const file = await ask(port, { path: '/recording.ndjson', headers: { cookie } });
  expect(file).toMatchObject({ status: 200, body: '{"p2pchat":"recording"}\n' });
  expect(file.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
  expect((await ask(port, { path: '/recording.ndjson' })).status).toBe(403);
  for (const path of ['/console', '/inspect'])
    expect(await new Client(port, path, pageHeaders(entered)).ended()).toEqual({ status: 404 });
});
