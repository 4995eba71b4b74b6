/** The structured log: a line for each frame, however many come as one. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/cli/log/log.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { viewOfWhole } from '../../src/protocol/frame-view.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { MadeUpRoom } from '../log/made-up-room.ts';
import { FakePeer } from '../terminal/fake-peer.ts';

test('every frame of a batch has a line, in order, between what was dropped and the transitions', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'p2pchat-log-'));
  closeBehindTest(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'log');
  const log = openLog(path, { clock: systemClock, tell: () => {} });
  const peer = new FakePeer();
  log.followPeer(peer);
  const room = new MadeUpRoom();
  log.followMachines(room);
  const link = { via: 'forward-1', remote: '127.0.0.1:5002' };
  const frames = ['S:7::\r\n', 'T:room1:42:bob:8:2:hi::\r\n', '\x1b[2J'].map((bytes) =>
    viewOfWhole(Buffer.from(bytes, 'latin1')),
  );
  room.takes('user', 'JOIN');
  peer.trace.next({ type: 'frames', direction: 'in', ...link, frames, count: frames.length });
  peer.trace.next({ type: 'dropped', kind: 'duplicate', via: link.via, what: 'TEXT' });
  log.close();
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries.map(({ msg }) => msg)).toEqual(['transition', 'frame', 'frame', 'frame', 'dropped']);
  expect(entries[1]).toMatchObject({ level: 'debug', direction: 'in', ...link });
  expect(entries[2]?.frame).toContain('TEXT');
  expect(entries[3]).toMatchObject({ frame: 'malformed' });
  expect(entries[4]).toMatchObject({ kind: 'duplicate', what: 'TEXT' });
  expect(lines.join('')).not.toContain('\\u001b');
});
