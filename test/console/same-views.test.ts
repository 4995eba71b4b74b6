/**
 * Goal: the page is a function of the log and a moment. What it shows of a live room, of a recording of that,
 * and of a simulated world is made by the same functions of the same data: at every serial it is equal.
 */
import { expect, test } from 'vitest';
import { KeptLog } from '../../src/console/feed/kept-log.ts';
import type { RoomMessage, ServerMessage } from '../../src/console/feed/messages.ts';
import { RoomMessages } from '../../src/console/feed/room-messages.ts';
import { CONSOLE_LIMITS } from '../../src/console/limits.ts';
import type { Step } from '../../src/console/page/inspection/actor.ts';
import { RecordedRoom } from '../../src/console/page/state/file/recorded-room.ts';
import { until, viewsAt } from '../../src/console/page/state/moment.ts';
import type { PeerView } from '../../src/console/page/state/peer-view.ts';
import { takeSeats } from '../../src/console/page/state/seats.ts';
import { type ConsoleState, createConsoleStore } from '../../src/console/page/state/store.ts';
import { captionAt } from '../../src/console/page/timeline/captions.ts';
import { type ActorMoment, momentAt } from '../../src/console/page/views/machines/steps/moment.ts';
import { buildOverlay } from '../../src/console/page/views/overlay/overlay.ts';
import { roomFrames } from '../../src/console/page/views/sequence/room/passages.ts';
import { roomPeers } from '../../src/console/page/views/sequence/room/room-lifelines.ts';
import { connectionMarks } from '../../src/console/page/views/sequence/room/room-marks.ts';
import { roomRows } from '../../src/console/page/views/sequence/room/room-rows.ts';
import type { LogEntry } from '../../src/log/entry.ts';
import { lineOf, type RecordingHeader } from '../../src/log/file/recording-format.ts';
import { RecordingReader } from '../../src/log/file/recording-reader.ts';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runLogged } from '../log/logged-world.ts';
import { openDemo } from './demo-stage.ts';
import { logRoom } from './stage.ts';

/** Nothing is cut: what the bounds cut is told as a gap, and is another matter (kept-log.test.ts). */
const MANY = 1_000_000;
const LIMITS = {
  ...CONSOLE_LIMITS,
  ...{ noticesMax: MANY, framesMax: MANY, dropsMax: MANY, stepsMax: MANY, othersMax: MANY },
  shelfMaxCharacters: 1_000 * MANY,
};
const KEEPS = { notices: MANY, frames: MANY, drops: MANY, changes: MANY, happenings: MANY };
const MESSAGES = 2_000;
const SAID_AT_ONCE = 20;
const TIMEOUT_MS = 240_000;
/** The whole room is drawn anew at every so many serials only: it is made of the views that are equal. */
const ROOM_EVERY = 1_500;

const HEADER: RecordingHeader = {
  ...{ p2pchat: 'recording', version: 1, program: '0', source: 'demo', startedMs: 0, hasTexts: true },
};

/** A page that was told all of this. */
function pageOf(messages: Iterable<ServerMessage | RoomMessage>): ConsoleState {
  const store = createConsoleStore({ toConsole: () => true, leave: () => undefined }, null);
  for (const message of messages)
    store.getState().received(message.type === 'hello' ? { ...message, keeps: KEEPS } : message);
  return store.getState();
}

/** A page over the recording of these entries: through the text of the file. */
function recordingOf(entries: readonly LogEntry[]): ConsoleState {
  const read: LogEntry[] = [];
  const reader = new RecordingReader((entry) => read.push(entry));
  reader.push(lineOf(HEADER) + entries.map(lineOf).join(''));
  reader.end();
  expect([reader.badLines, read.length]).toEqual([0, entries.length]);
  const room = new RecordedRoom();
  for (let at = 0; at < read.length; at += LIMITS.entriesPerBatchMax)
    room.take(read.slice(at, at + LIMITS.entriesPerBatchMax));
  return { ...pageOf([]), ...room.shown('1') };
}

/** Without what has come after the last entry that is compared: a live room goes on. */
function upTo(page: ConsoleState, newest: number): ConsoleState {
  const isOfRun = ({ serial }: { readonly serial: number }) => serial <= newest;
  const inspection = { ...page.inspection, steps: page.inspection.steps.filter(isOfRun) };
  return { ...page, happenings: page.happenings.filter(isOfRun), inspection };
}

const LISTS = ['past', 'notices', 'frames', 'drops', 'gaps'] as const;

/** How many of each list were compared. */
type Compared = Map<string, number>;

/** That lists are equal as far as the moment goes, and that all before was equal, makes them equal. */
function compareView(name: string, live: PeerView, recorded: PeerView, done: Compared): void {
  for (const list of LISTS) {
    const from = done.get(`${name} ${list}`) ?? 0;
    expect(recorded[list].length).toBe(live[list].length);
    if (live[list].length > from) expect(recorded[list].slice(from)).toEqual(live[list].slice(from));
    done.set(`${name} ${list}`, live[list].length);
  }
  expect(recorded.status).toEqual(live.status);
  expect(recorded.members).toEqual(live.members);
}

/** What is drawn of the machines at a moment. */
function machinesAt({ inspection: { actors, steps } }: ConsoleState, moment: number) {
  const words = ({ value, last, isStopped, isThere }: ActorMoment) => [
    value,
    last?.serial,
    isStopped,
    isThere,
  ];
  return [...momentAt(actors.values(), steps, moment)].map(([session, at]) => [session, ...words(at)]);
}

/** What the overlay and the sequence of the whole room draw. */
function roomAt({ peers, views: now, happenings }: ConsoleState, moment: number, isSequenceDrawn: boolean) {
  const views = viewsAt(now, moment);
  const seats = takeSeats(new Map(), now);
  // Labels and who runs now are no matter of the log.
  const known = peers.map(({ id }) => ({ id, label: id, isRunning: true, isSplitOff: false }));
  const overlay = buildOverlay(known, views, seats, known[0]?.id ?? null);
  const caption = captionAt(views, known, moment);
  if (!isSequenceDrawn) return { overlay, caption };
  const lines = roomPeers(known, views, seats);
  const all = known
    .flatMap(({ id }) => views[id]?.frames ?? [])
    .sort((one, other) => one.serial - other.serial);
  const marks = connectionMarks(until(happenings, moment), lines, '').map(({ searched: _, ...mark }) => mark);
  const rows = [...roomRows(roomFrames(all, lines), []), ...marks];
  return { overlay, caption, rows };
}

/** Compares the two pages at every serial of the log. */
function compareAtEverySerial(
  live: ConsoleState,
  recorded: ConsoleState,
  entries: readonly LogEntry[],
): void {
  const whole = (step: Step) => ({ ...step, detail: step.detail() });
  expect(recorded.inspection.steps.map(whole)).toEqual(live.inspection.steps.map(whole));
  expect(recorded.happenings).toEqual(live.happenings);
  expect(live.inspection.cut.size).toBe(0);
  const done: Compared = new Map();
  const drawn = new Set<LogEntry['type']>(['status', 'members', 'notice', 'life']);
  for (const { serial, type } of entries) {
    const [before, after] = [viewsAt(live.views, serial), viewsAt(recorded.views, serial)];
    for (const [peer, view] of Object.entries(before)) compareView(peer, view, after[peer] as PeerView, done);
    if (type === 'transition' || type === 'actor')
      expect(machinesAt(recorded, serial)).toEqual(machinesAt(live, serial));
    const isSequenceDrawn = serial % ROOM_EVERY === 0;
    if (drawn.has(type) || isSequenceDrawn)
      expect(roomAt(recorded, serial, isSequenceDrawn)).toEqual(roomAt(live, serial, isSequenceDrawn));
  }
}

test(
  'a live demo and its recording, at every serial of 2,000 messages',
  async () => {
    const room = logRoom();
    const entries: LogEntry[] = [];
    room.log.tellTo((more) => entries.push(...more.map((entry) => structuredClone(entry))));
    const { page, ids } = await openDemo(3, { room, limits: LIMITS });
    const last = ids.at(-1) ?? '';
    for (let said = 0; said < MESSAGES; said += SAID_AT_ONCE) {
      const peer = ids[(said / SAID_AT_ONCE) % ids.length] ?? last;
      for (let number = said; number < said + SAID_AT_ONCE; number += 1)
        page.say({ type: 'command', peer, command: { type: 'SEND', text: `message ${number}` } });
      await page.until('these messages', () => page.texts(last).length === said + SAID_AT_ONCE);
    }
    const whole = [...entries];
    const newest = whole.at(-1)?.serial ?? 0;
    await page.until('all that was logged', () => page.entries().some(({ serial }) => serial >= newest));
    const live = upTo(pageOf(page.messages), newest);
    const recorded = upTo(recordingOf(entries), newest);
    expect(recorded.views[last]?.notices.filter(({ type }) => type === 'text')).toHaveLength(MESSAGES);
    compareAtEverySerial(live, recorded, whole);
  },
  TIMEOUT_MS,
);

test(
  'a simulated world, told as it runs, and its recording, at every serial',
  () => {
    const entries: LogEntry[] = [];
    const kept = new KeptLog(LIMITS, () => undefined);
    const reader = kept.reader();
    const messages = new RoomMessages(LIMITS);
    const told: RoomMessage[] = [];
    const most = { entries: LIMITS.entriesPerBatchMax, characters: LIMITS.batchMaxCharacters };
    runLogged(drawPlan(11, { minutes: 1, peers: 5, faults: ['kill', 'split'] }), (more) => {
      entries.push(...more.map((entry) => structuredClone(entry)));
      kept.take(more);
      // A page reads now and then.
      if (entries.length % 7 === 0) told.push(...messages.of(reader.next(most)));
    });
    while (reader.hasMore) told.push(...messages.of(reader.next(most)));
    const recorded = recordingOf(entries);
    const { peers, hello } = recorded;
    if (!hello) throw new Error('the page was not greeted');
    const live = pageOf([{ ...hello, peers }, ...told]);
    compareAtEverySerial(live, recorded, entries);
  },
  TIMEOUT_MS,
);
