/** Goal: whatever others do, a log grows by so much in a second, and takes so much of a disk. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/cli/log/log.ts';
import { LogFile } from '../../src/cli/log/log-file.ts';
import { LOG_FRAME_MAX_BYTES, LOG_LINES_PER_SECOND_MAX } from '../../src/limits/program.ts';
import { viewOfWhole } from '../../src/protocol/frame-view.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { MadeUpRoom } from '../log/made-up-room.ts';
import { FakePeer } from '../terminal/fake-peer.ts';

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-log-'));
  closeBehindTest(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'log');
}

function entriesOf(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A log over a peer that does what it is told to, and a clock that is set by hand. */
function followed() {
  const path = newPath();
  const time = { nowMs: 0 };
  const log = openLog(path, { clock: { now: () => time.nowMs }, tell: () => {} });
  const peer = new FakePeer();
  log.followPeer(peer);
  const room = new MadeUpRoom();
  log.followMachines(room);
  const frame = viewOfWhole(Buffer.from('T:room1:42:bob:8:2:hi::\r\n'));
  const receives = (via: string, remote: string, count = 1) => {
    for (let done = 0; done < count; done += 1)
      peer.trace.next({ type: 'frames', direction: 'in', via, remote, frames: [frame], count: 1 });
  };
  return { path, time, log, peer, receives, moves: () => room.takes('user', 'ACK_RECEIVED') };
}

const FLOOD = 20_000;
const HALF = LOG_LINES_PER_SECOND_MAX / 2;

test('a flood over one link leaves out its own lines, and neither those of others nor notices; it is counted', () => {
  const { path, time, log, peer, receives } = followed();
  receives('backward-1', '10.0.0.9:4000', FLOOD);
  receives('backward-2', '10.0.0.1:4000', 5);
  peer.notices.next({ window: 'command', type: 'poke received', user: 'bob' });
  time.nowMs = 1_000;
  receives('backward-1', '10.0.0.9:4000');
  log.close();
  const entries = entriesOf(path);
  expect(entries.filter(({ via }) => via === 'backward-1')).toHaveLength(HALF + 1);
  expect(entries.filter(({ via }) => via === 'backward-2')).toHaveLength(5);
  expect(entries.filter(({ type }) => type === 'poke received')).toHaveLength(1);
  const leftOut = entries.flatMap((entry) => (typeof entry.leftOut === 'number' ? [entry.leftOut] : []));
  expect(leftOut.length).toBeLessThanOrEqual(2);
  expect(leftOut.reduce((sum, count) => sum + count, 0)).toBe(FLOOD - HALF);
});

test('datagrams have a share by address, and all together a bound', () => {
  const { path, log, receives } = followed();
  for (let host = 0; host < 200; host += 1) receives('datagram', `10.0.0.${host}:4000`, 100);
  log.close();
  const frames = entriesOf(path).filter(({ msg }) => msg === 'frame');
  expect(frames.length).toBeLessThanOrEqual(LOG_LINES_PER_SECOND_MAX);
  expect(new Set(frames.map(({ remote }) => remote)).size).toBeGreaterThan(5);
});

test('what is dropped, told and moved is bounded as well, whoever has said it', () => {
  const { path, log, peer, moves } = followed();
  for (let done = 0; done < FLOOD; done += 1) {
    peer.trace.next({ type: 'dropped', kind: 'duplicate', via: 'backward-1', what: 'TEXT' });
    moves();
    const text = { user: `u${done}`, content: 'x', own: false, originHid: String(done), msgId: 1 };
    peer.notices.next({ window: 'message', type: 'text', ...text });
  }
  log.close();
  // Two levels, and the line that counts.
  expect(entriesOf(path).length).toBeLessThanOrEqual(2 * LOG_LINES_PER_SECOND_MAX + 100);
});

test('a frame is shown up to a length', () => {
  const { path, log, peer } = followed();
  const frames = [viewOfWhole(Buffer.from(`M:1:${'x'.repeat(1_000_000)}::\r\n`))];
  peer.trace.next({
    type: 'frames',
    direction: 'in',
    via: 'room server',
    remote: '10.0.0.1:1',
    frames,
    count: frames.length,
  });
  log.close();
  const [entry] = entriesOf(path);
  expect(String(entry?.bytes)).toHaveLength(LOG_FRAME_MAX_BYTES);
  expect(entry).toMatchObject({ ofBytes: 1_000_008 });
});

test('a log of its largest size is renamed and begun anew, whole lines in both, one older at most', () => {
  const path = newPath();
  const told: string[] = [];
  const file = new LogFile(path, {
    clock: { now: () => 0 },
    tell: (sentence) => told.push(sentence),
    maxBytes: 1_000,
  });
  const line = `${JSON.stringify({ words: 'x'.repeat(80) })}\n`;
  for (let count = 0; count < 100; count += 1) file.write(line);
  file.close();
  for (const each of [path, `${path}.1`]) {
    expect(statSync(each).size).toBeLessThanOrEqual(1_000);
    expect(entriesOf(each).length).toBeGreaterThan(5);
  }
  expect(told).toEqual([]);
});

test('a log that is no file is never renamed', () => {
  const told: string[] = [];
  const file = new LogFile('/dev/null', {
    clock: { now: () => 0 },
    tell: (sentence) => told.push(sentence),
    maxBytes: 10,
  });
  for (let count = 0; count < 10; count += 1) file.write('a line that is long enough\n');
  file.close();
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  expect(told).toEqual([]);
});
