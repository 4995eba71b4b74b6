/**
 * Goal: the room behind the page is moved by real time only while it runs; whatever is done through the page,
 * commands and events of machines included, is done by hand in its world; a rewind gives the pages another
 * past, and one story does not lose another.
 */
import { expect, test } from 'vitest';
import { FollowedPeer } from '../../src/console/feed/followed-peer.ts';
import type { WebConsole } from '../../src/console/web/web-console.ts';
import { SteeredRoom } from '../../src/demo/simulated/steered-room.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { LogEntry } from '../../src/log/entry.ts';
import { ServiceRegistry } from '../../src/log/service-registry.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';

/** Real time that the room has been given, so that everybody is linked. */
const SETTLED_MS = 10_000;

/** A room whose real time is the test's, and the console that it is shown in. */
function openRoom() {
  const clock = new StepClock();
  const registry = new ServiceRegistry();
  closeBehindTest(registry.install());
  const places = new Map<string, FollowedPeer>();
  let timesBegunAnew = 0;
  /** Of the recording that is open. */
  let entries: LogEntry[] = [];
  const room = new SteeredRoom(
    { seed: 3, kind: 'quiet', peers: 4, minutes: 1 },
    {
      ...{ clock, registry },
      openRecord: () => {
        entries = [];
        return { sink: (more) => void entries.push(...more), close: () => undefined };
      },
    },
  );
  const nothing = () => undefined;
  const web: WebConsole = {
    url: '',
    add: (id, label) => {
      const place = new FollowedPeer(id, label, { report: nothing, peersChanged: nothing });
      places.set(id, place);
      return place;
    },
    roomChanged: nothing,
    beginAnew: () => {
      timesBegunAnew += 1;
    },
    close: async () => undefined,
  };
  room.open(web);
  closeBehindTest(() => room.close());
  const said = () =>
    entries.flatMap((entry) => (entry.type === 'notice' && entry.speaker !== null ? [entry] : []));
  return {
    ...{ room, clock, registry, places, said },
    entries: () => entries,
    timesBegunAnew: () => timesBegunAnew,
    /** A rewind is over when no timer of it is left. */
    finish: () => {
      for (let turns = 0; turns < 10_000 && room.state().isRewinding; turns += 1) clock.advance(1);
      expect(room.state().isRewinding).toBe(false);
    },
  };
}

test('real time moves it at its speed; paused, nothing is waited for and nothing happens', () => {
  const { room, clock } = openRoom();
  clock.advance(SETTLED_MS);
  expect(room.nowMs).toBe(SETTLED_MS);
  room.act({ what: 'speed', speed: 0.1 });
  clock.advance(5_000);
  expect(room.nowMs).toBe(SETTLED_MS + 500);
  room.act({ what: 'speed', speed: 20 });
  clock.advance(1_000);
  expect(room.nowMs).toBe(SETTLED_MS + 20_500);
  room.act({ what: 'pause' });
  expect(clock.pending).toBe(0);
  clock.advance(60_000);
  expect(room.nowMs).toBe(SETTLED_MS + 20_500);
  room.act({ what: 'play' });
  clock.advance(1_000);
  expect(room.nowMs).toBe(SETTLED_MS + 40_500);
  room.close();
  expect(clock.pending).toBe(0);
});

test('commands, buttons and events of machines are done by hand, and refused with a sentence', () => {
  const { room, clock, registry, places, said, entries } = openRoom();
  clock.advance(SETTLED_MS);
  expect(places.get('alice')?.send({ type: 'SEND', text: 'hello' })).toBeUndefined();
  clock.advance(1_000);
  expect(said().filter(({ text }) => text === 'hello')).toHaveLength(4);
  room.control('bob', 'split');
  expect(places.get('bob')?.describe().isSplitOff).toBe(true);
  room.control('bob', 'heal');
  expect(places.get('bob')?.describe().isSplitOff).toBe(false);
  room.control('carol', 'kill');
  expect(places.get('carol')?.isRunning).toBe(false);
  room.control('carol', 'restart');
  clock.advance(1_000);
  expect(places.get('carol')?.isRunning).toBe(true);
  const user = registry.services.find(({ id, parent }) => id === 'user' && parent === undefined);
  expect(user && room.deliver(user, { type: 'LIST' })).toBeUndefined();
  expect(user && room.deliver(user, { type: 'FORWARD_LINKED' })).toMatch(/was not sent/);
  room.act({ what: 'hand', act: { type: 'drop', frame: 999_999 } });
  expect(room.state().refusal).toBe('This frame is not under way any more.');
  const acts = entries().flatMap((entry) => (entry.type === 'input' ? [entry.act.type] : []));
  expect(acts).toEqual(['command', 'fault', 'mend', 'fault', 'start', 'event']);
});

test('rewound, it does the same again; forked, it does not, and the other story is kept', () => {
  const { room, clock, places, said, entries, timesBegunAnew, finish } = openRoom();
  clock.advance(SETTLED_MS);
  places.get('alice')?.send({ type: 'SEND', text: 'once' });
  clock.advance(2_000);
  const first = entries();
  room.act({ what: 'rewind', atMs: SETTLED_MS - 1 });
  room.act({ what: 'play' });
  expect(room.state()).toMatchObject({ isRewinding: true, refusal: 'The room is being rewound.' });
  finish();
  expect(timesBegunAnew()).toBe(1);
  expect(room.state()).toMatchObject({ nowMs: SETTLED_MS - 1, isPaused: true, toCome: 1, story: 1 });
  expect(said()).toEqual([]);
  room.act({ what: 'play' });
  clock.advance(2_001);
  room.act({ what: 'pause' });
  expect(said().filter(({ text }) => text === 'once')).toHaveLength(4);
  const again = entries();
  expect(again.slice(0, first.length)).toEqual(first.slice(0, again.length));

  room.act({ what: 'fork before', input: 1 });
  finish();
  expect(room.state()).toMatchObject({ nowMs: SETTLED_MS, toCome: 0, story: 2, done: [] });
  places.get('bob')?.send({ type: 'SEND', text: 'otherwise' });
  room.act({ what: 'play' });
  clock.advance(2_000);
  expect(said().map(({ text }) => text)).toEqual(Array.from({ length: 4 }, () => 'otherwise'));

  room.act({ what: 'story', story: 1 });
  finish();
  expect(said().map(({ text }) => text)).toEqual(Array.from({ length: 4 }, () => 'once'));
  // Something that is done in the past of a story begins another one.
  room.act({ what: 'rewind', atMs: SETTLED_MS - 1 });
  finish();
  places.get('dave')?.send({ type: 'SEND', text: 'third' });
  expect(room.state()).toMatchObject({ story: 3, toCome: 0 });
  expect(room.state().stories.map(({ number, forkedAtMs }) => [number, forkedAtMs])).toEqual([
    [1, null],
    [2, SETTLED_MS],
    [3, SETTLED_MS - 1],
  ]);
});
