/**
 * Goal: what a frame is caused by, where IDs begin anew; and nothing is kept of a party that names no links.
 */
import { expect, test } from 'vitest';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { LogEntry } from '../../src/log/entry.ts';
import { Log } from '../../src/log/log.ts';
import type { FrameRate } from '../../src/log/watch/frame-budget.ts';
import { FrameWatch } from '../../src/log/watch/frame-watch.ts';
import { Wires } from '../../src/log/watch/wires.ts';
import { encode } from '../../src/protocol/encode.ts';
import { FrameDecoder, type RawFrame } from '../../src/protocol/frame-decoder.ts';
import { TextSlice } from '../../src/protocol/text/text-slice.ts';

const PLACE = { connection: 1, local: '10.0.0.1:5000', remote: '10.0.0.2:5000' };

function text(msgId: number, content: string): Buffer {
  const origin = { room: 'tea', originHid: '42', originUser: 'bob' };
  return encode({ kind: 'TEXT', ...origin, msgId, content: new TextEncoder().encode(content) });
}

function watched(frameRate?: FrameRate) {
  const entries: LogEntry[] = [];
  const log = new Log(
    () => 0,
    (more) => entries.push(...more),
  );
  const frames = new FrameWatch({ log, party: 'alice', wires: new Wires(), frameRate });
  const reading = frames.of({ ...PLACE, via: null });
  const writing = frames.of({ ...PLACE, connection: 2, remote: '10.0.0.3:5000', via: null });
  /** A chunk comes in, and its TEXT goes on over the other link. */
  const floods = (bytes: Buffer) =>
    log.within(null, () => {
      reading.read(bytes);
      writing.written([bytes]);
    });
  const causes = () => entries.map(({ causedBy }) => causedBy);
  return { log, frames, entries, floods, causes };
}

test('a TEXT that goes out is caused by the one that brought it, and not by an older one of the same ID', () => {
  const { floods, causes, frames } = watched();
  floods(text(1, 'before the restart'));
  floods(text(1, 'after the restart'));
  expect(causes()).toEqual([null, 1, null, 3]);
  expect(frames.texts.of('42', 1)).toBe(3);
});

test('of frames that come in together the one that is handled is the cause, also when it is handled later', () => {
  const { frames, entries, log } = watched();
  const reading = frames.of({ ...PLACE, via: 'forward-1' });
  const chunk = Buffer.concat([
    text(1, 'one'),
    text(2, 'two'),
    Buffer.from('nonsense\r\n'),
    text(3, 'three'),
  ]);
  const handled = new FrameDecoder(65_536).push(chunk);
  const turns: ((frame: RawFrame) => void)[] = [];
  const trace = {
    type: 'frames',
    direction: 'in',
    via: 'forward-1',
    remote: PLACE.remote,
    frames: [],
  } as const;
  const causes: (number | null)[] = [];
  const turn = (frame: RawFrame | undefined) => {
    if (frame) turns[0]?.(frame);
    causes.push(log.cause);
  };
  log.within(null, () => {
    reading.read(chunk);
    frames.traced({ ...trace, count: handled.length, handled, hearTurns: (turned) => turns.push(turned) });
    for (const frame of handled) turn(frame);
  });
  expect(entries.map((entry) => entry.type === 'frame' && entry.kind)).toEqual([
    'TEXT',
    'TEXT',
    'MALFORMED',
    'TEXT',
  ]);
  expect(causes).toEqual([1, 2, 3, 4]);
  log.within(null, () => turn(handled[1]));
  expect(causes.at(-1)).toBe(2);
  expect(handled.map((frame) => frames.serialOf(frame))).toEqual([1, 2, 3, 4]);
});

test('a link is named where its frames of that moment are, and only there', () => {
  const { floods, frames, entries } = watched();
  floods(text(1, 'of somebody who names no links'));
  frames.traced({
    type: 'frames',
    direction: 'in',
    via: 'forward-1',
    remote: PLACE.remote,
    frames: [],
    count: 0,
  });
  expect(entries.map((entry) => entry.type === 'frame' && entry.via)).toEqual([null, null]);
});

test('of a flood as many frames as the rate allows are in the log, the number of all others, and whole ones after it', () => {
  const clock = new StepClock();
  const { entries, frames } = watched({ atOnce: 10, intervalMs: 1, clock });
  const reading = frames.of({ ...PLACE, via: 'forward-1' });
  const decoder = new FrameDecoder(65_536);
  const sent = Buffer.concat(
    Array.from({ length: 2_000 }, (_, msgId) => text(msgId, 'x'.repeat(msgId % 90))),
  );
  // No chunk ends where a frame does.
  const CHUNK_BYTES = 1_013;
  let count = 0;
  const arrives = (chunk: Buffer) => {
    reading.read(chunk);
    const told = decoder.push(chunk).filter((raw) => raw instanceof TextSlice);
    count += told.length;
    const trace = { direction: 'in', via: 'forward-1', remote: PLACE.remote, count: told.length } as const;
    if (told.length > 0) frames.traced({ type: 'frames', ...trace, frames: told });
  };
  for (let at = 0; at < sent.length; at += CHUNK_BYTES) {
    arrives(Buffer.from(sent.subarray(at, at + CHUNK_BYTES)));
    clock.advance(2);
  }
  clock.advance(1_000);
  const logged = entries.filter(({ type }) => type === 'frame');
  const missing = entries.reduce((sum, entry) => sum + (entry.type === 'gap' ? entry.missing : 0), 0);
  expect(count).toBe(2_000);
  expect(logged.length).toBeGreaterThan(100);
  expect(logged.length).toBeLessThan(1_000);
  expect(logged.length + missing).toBe(count);
  for (const entry of logged) expect(entry).toMatchObject({ kind: 'TEXT' });
});
