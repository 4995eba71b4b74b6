/**
 * Goal: on a recorded world every step of a chain is the cause of the one before it, across peers: from a
 * line that somebody reads back to the command of who said it.
 */
import { expect, test } from 'vitest';
import { RoomMessages } from '../../../../../src/console/feed/room-messages.ts';
import { CONSOLE_LIMITS } from '../../../../../src/console/limits.ts';
import { CausalGraph } from '../../../../../src/console/page/explain/causes/causal-graph.ts';
import { placeOf } from '../../../../../src/console/page/explain/causes/lead.ts';
import { createConsoleStore } from '../../../../../src/console/page/state/store.ts';
import type { LogEntry } from '../../../../../src/log/entry.ts';
import { drawPlan } from '../../../../../src/simulation/plan.ts';
import { runLogged } from '../../../../log/logged-world.ts';

const KEEPS = { notices: 100_000, frames: 100_000, drops: 100_000, changes: 100_000, happenings: 1_000_000 };

function recordedWorld() {
  const entries: LogEntry[] = [];
  runLogged(drawPlan(5, { minutes: 0.5, peers: 5, faults: ['kill'] }), (more) => entries.push(...more));
  const store = createConsoleStore({ toConsole: () => true, leave: () => undefined }, null);
  const names = [...new Set(entries.map(({ party }) => party))];
  const peers = names.map((id) => ({ id, label: id, isRunning: true, isSplitOff: false }));
  const roomServer = { host: '10.0.0.1', port: 32_340 };
  const kind = { isDemo: false, isRecording: true };
  store
    .getState()
    .received({ type: 'hello', log: 'log', version: '1', ...kind, roomServer, peers, keeps: KEEPS });
  for (const message of new RoomMessages(CONSOLE_LIMITS).of(entries)) store.getState().received(message);
  return { entries, graph: new CausalGraph(store.getState()) };
}

test('every step of every chain is the cause of the one before it, as the log has it', () => {
  const { entries, graph } = recordedWorld();
  const causes = new Map(entries.map(({ serial, causedBy }) => [serial, causedBy]));
  for (const { serial } of entries) {
    const chain = graph.chain(serial);
    expect(chain[0]?.serial).toBe(serial);
    for (const [at, { serial: each }] of chain.entries())
      expect(causes.get(each)).toBe(chain[at + 1]?.serial ?? null);
  }
});

test('a line that others read leads, frame by frame over all peers on its way, to the command that said it', () => {
  const { entries, graph } = recordedWorld();
  const lines = entries.flatMap((entry) =>
    entry.type === 'notice' && entry.notice === 'text' && !entry.isOwn ? [entry] : [],
  );
  const chains = lines.map(({ serial }) => graph.chain(serial));
  expect(chains.length).toBeGreaterThan(10);
  const whole = chains.filter((chain) => chain.at(-1)?.kind === 'command');
  expect(whole.length).toBeGreaterThan(10);
  for (const [line, ...causes] of whole) {
    const command = causes.pop();
    const said = entries.find(({ serial }) => serial === command?.serial);
    expect(said).toMatchObject({ type: 'command', command: { type: 'SEND' } });
    const frames = causes.filter(({ kind }) => kind === 'frame');
    // It came in where it is read; each frame that came in was sent by another peer.
    expect(frames[0]).toMatchObject({
      peer: line?.peer,
      words: expect.stringMatching(/^TEXT .* comes from/),
    });
    for (let at = 0; at < frames.length; at += 2) {
      expect(frames[at]?.words).toContain('comes from');
      expect(frames[at + 1]?.words).toContain('goes to');
      expect(frames[at + 1]?.peer).not.toBe(frames[at]?.peer);
    }
    expect(frames.at(-1)?.peer).toBe(command?.peer);
  }
  expect(Math.max(...whole.map((chain) => new Set(chain.map(({ peer }) => peer)).size))).toBeGreaterThan(2);
});

test('what something has caused has it as its cause, in order', () => {
  const { entries, graph } = recordedWorld();
  for (const { serial } of entries) {
    const effects = graph.effects(serial);
    for (const { causedBy } of effects) expect(causedBy).toBe(serial);
    expect(effects.map((each) => each.serial)).toEqual(
      entries.filter(({ causedBy }) => causedBy === serial).map((each) => each.serial),
    );
    if (serial > 2_000) break;
  }
});

test('each line of a chain leads to the view that shows it', () => {
  const { graph, entries } = recordedWorld();
  const frame = entries.find(({ type, party }) => type === 'frame' && party !== 'room server');
  const happened = graph.get(frame?.serial ?? 0);
  expect(happened && placeOf(happened, [])).toEqual({
    tab: 'sequence',
    peer: frame?.party,
    selection: String(frame?.serial),
  });
});
