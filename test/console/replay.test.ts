/**
 * Goal: over a recording the console's two sockets tell what they told of the live room: the same lines,
 * frames, members and machines. The live side is a demo; nothing of the recording knows it.
 */
import { expect, test } from 'vitest';
import type { ServerMessage } from '../../src/console/feed/messages.ts';
import type { InspectMessage } from '../../src/console/inspect/inspect-messages.ts';
import { CONSOLE_LIMITS } from '../../src/console/limits.ts';
import { inspectionAfter, NO_INSPECTION } from '../../src/console/page/inspection/inspection.ts';
import { EMPTY_VIEW, type PeerViews, withMessage } from '../../src/console/page/state/peer-view.ts';
import { openReplay } from '../../src/console/replay/open-replay.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import type { LogEntry } from '../../src/log/entry.ts';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { runLogged } from '../log/logged-world.ts';
import { Client, enter, pageHeaders } from './client.ts';

const KEEPS = { notices: 100_000, frames: 100_000, drops: 100_000, happenings: 100_000 };

function plan() {
  return drawPlan(5, { minutes: 0.3, peers: 4, faults: ['kill'] });
}

async function replayed(entries: readonly LogEntry[]) {
  const options = { clock: systemClock, limits: CONSOLE_LIMITS, port: 0, page: '/nowhere', version: '1.2.3' };
  const replay = await openReplay({ entries, ...options });
  closeBehindTest(() => replay.close());
  return enter(replay.url);
}

test('a recorded world is told as it was: lines, frames, members, machines', async () => {
  const entries: LogEntry[] = [];
  const lines: string[] = [];
  runLogged(plan(), (more) => entries.push(...more));
  // The world's own trace, which knows nothing of the log.
  runWorld(plan(), { onTrace: (line) => lines.push(line) });
  const entered = await replayed(entries);
  const page = new Client<ServerMessage>(entered.port, '/console', pageHeaders(entered));
  const frames = entries.filter(({ type, party }) => type === 'frame' && party !== 'room server').length;
  const told = () =>
    page.messages.reduce((sum, message) => sum + (message.type === 'frames' ? message.frames.length : 0), 0);
  await page.until('all frames', () => told() === frames);

  const [hello] = page.messages;
  expect(hello).toMatchObject({
    type: 'hello',
    isDemo: false,
    roomServer: { host: '10.0.0.1', port: 32_340 },
  });
  let views: PeerViews = {};
  for (const message of page.messages) views = withMessage(views, message, KEEPS);
  const names = plan().peers.map(({ name }) => name);
  expect(Object.keys(views).sort()).toEqual([...names].sort());
  for (const name of names) {
    const shown = (views[name] ?? EMPTY_VIEW).notices.flatMap(({ speaker, text, windows }) =>
      windows.includes('message') ? [speaker === null ? text : `${speaker}: ${text}`] : [],
    );
    const traced = lines.flatMap(
      (line) => new RegExp(`^\\d+ ${name} \\[msg\\] (.*)$`, 's').exec(line)?.[1] ?? [],
    );
    expect(shown).toEqual(traced);
  }

  const viewer = new Client<InspectMessage>(entered.port, '/inspect', pageHeaders(entered));
  await viewer.opened();
  viewer.say({ type: 'xstate.inspecting' });
  const moves = entries.filter(({ type }) => type === 'transition').length;
  await viewer.until(
    'all steps',
    () => viewer.messages.filter(({ type }) => type === 'service.state').length === moves,
  );
  const { steps, actors } = page.messages.reduce(inspectionAfter, NO_INSPECTION);
  expect(steps.filter(({ kind }) => kind === 'event')).toHaveLength(moves);
  const joined = steps.find(({ event, actor }) => event === 'ROOM_JOINED' && actor === 'user');
  expect(joined).toMatchObject({
    from: { NAMED: 'JOINING' },
    to: { IN_ROOM: 'JOINED' },
    sender: 'room-session',
  });
  expect(joined?.taken).toHaveLength(1);
  expect([...actors.values()].filter(({ parent, name }) => parent === null && name !== 'user')).toEqual([]);
});

test('a machine of a recording takes no event, and a command ends the connection of who gives it', async () => {
  const entries: LogEntry[] = [];
  runLogged(drawPlan(5, { minutes: 0.1, peers: 2, faults: [] }), (more) => entries.push(...more));
  const entered = await replayed(entries);
  const viewer = new Client<InspectMessage>(entered.port, '/inspect', pageHeaders(entered));
  await viewer.opened();
  const event = JSON.stringify({ data: { type: 'QUIT' }, origin: 'alice:5' });
  viewer.say({ type: 'xstate.event', event });
  await viewer.until('a refusal', () => viewer.messages.some(({ type }) => type === 'service.refused'));
  const page = new Client<ServerMessage>(entered.port, '/console', pageHeaders(entered));
  await page.opened();
  page.say({ type: 'command', peer: 'alice', command: { type: 'QUIT' } });
  expect(await page.ended()).toEqual({ code: 1_008 });
});
