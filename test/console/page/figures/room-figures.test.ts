/**
 * Goal: the figures of a room, made from its log alone, are what the simulator itself has counted: its ledger
 * of messages, its book of links and its list of faults know nothing of the log.
 */
import { describe, expect, test } from 'vitest';
import { RecordedRoom } from '../../../../src/console/page/state/file/recorded-room.ts';
import {
  aliveAt,
  calmSinceMs,
  figuresUntil,
  roomFigures,
} from '../../../../src/console/page/views/figures/room-figures.ts';
import type { LogEntry } from '../../../../src/log/entry.ts';
import { neighbourLists, piecesOf } from '../../../../src/overlay/pieces.ts';
import { drawPlan } from '../../../../src/simulation/plan.ts';
import type { Recording } from '../../../../src/simulation/recording.ts';
import { runLogged } from '../../../log/logged-world.ts';

/** One whose world has no peers of other implementations: what they send is in no log. */
const SEED = 12;

function world(seed: number, faults: Parameters<typeof drawPlan>[1]['faults']) {
  const entries: LogEntry[] = [];
  const plan = drawPlan(seed, { minutes: 2, peers: 7, faults });
  // What other implementations send is in no log.
  expect(plan.peers.filter(({ kind }) => kind === 'other')).toEqual([]);
  const { recording } = runLogged(plan, (more) => entries.push(...more));
  const room = new RecordedRoom();
  room.take(entries);
  return { recording, figures: roomFigures(room.shown('1.2.3')), entries };
}

/** What went over the wires: who has no link says something to nobody. */
function saidIn({ messages }: Recording): Recording['messages'] {
  return messages.filter(({ frames }) => frames > 0);
}

/** Peers alive at a moment, by the simulator's own book. */
function aliveIn({ peers }: Recording, atMs: number): readonly boolean[] {
  return peers.map(({ incarnations }) =>
    incarnations.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs),
  );
}

/** Pieces, by the simulator's own book of links. */
function piecesIn(recording: Recording, atMs: number): number {
  const alive = aliveIn(recording, atMs);
  const members = alive.flatMap((isAlive, peer) => (isAlive ? [peer] : []));
  const links = recording.links
    .filter(({ from, to, upMs, downMs }) => upMs <= atMs && atMs < downMs && alive[from] && alive[to])
    .map(({ from, to }) => [from, to] as const);
  return piecesOf(members, neighbourLists(links)).length;
}

describe('the figures of a recorded world', () => {
  const { recording, figures } = world(SEED, ['split', 'kill', 'latency']);

  test('count its messages, their arrivals, their hops and their frames as the ledger does', () => {
    // Nobody restarts in it, and nobody's words wait for a link: the ledger counts those from their saying.
    const calm = world(SEED, ['latency', 'segments', 'slow']);
    const said = saidIn(calm.recording);
    expect(said.length).toBeGreaterThan(20);
    expect(figures.messages).toHaveLength(saidIn(recording).length);
    const told = calm.figures.messages.map(({ sentMs, frames, deliveries }) => {
      const arrivals = deliveries.map(({ latencyMs, hops }) => `${latencyMs} ${hops}`).sort();
      return `${sentMs}: ${frames} frames, ${arrivals}`;
    });
    const counted = said.map(({ sentMs, frames, deliveries }) => {
      const others = deliveries.filter(({ via }) => via !== null);
      return `${sentMs}: ${frames} frames, ${others.map(({ atMs, hops }) => `${atMs - sentMs} ${hops}`).sort()}`;
    });
    expect(told.sort()).toEqual(counted.sort());
  });

  test('name its faults, and when they were over', () => {
    const told = recording.faults.map(({ fault, what, fromMs }) => ({ kind: fault, what, fromMs }));
    expect(figures.faults.map(({ kind, what, fromMs }) => ({ kind, what, fromMs }))).toEqual(
      told.toSorted((one, other) => one.fromMs - other.fromMs),
    );
    expect(calmSinceMs(figures.faults)).toBeLessThanOrEqual(recording.calmMs);
  });

  test('know at each moment who is alive, and in how many pieces the overlay is', () => {
    let parted = 0;
    for (let atMs = 0; atMs < recording.endMs; atMs += 997) {
      const pieces = piecesIn(recording, atMs);
      const step = figures.steps.findLast((each) => each.atMs <= atMs);
      expect(aliveAt(figures.steps, atMs)).toBe(aliveIn(recording, atMs).filter(Boolean).length);
      expect(step?.pieces ?? 0).toBe(pieces);
      if (pieces > 1) parted += 1;
    }
    expect(parted).toBeGreaterThan(0);
  });

  test('at a moment are those of what had happened by then', () => {
    const atMs = recording.endMs / 2;
    const then = figuresUntil(figures, atMs);
    expect(then.messages).toHaveLength(saidIn(recording).filter(({ sentMs }) => sentMs <= atMs).length);
    for (const { sentMs, deliveries } of then.messages)
      expect(deliveries.every(({ latencyMs }) => sentMs + latencyMs <= atMs)).toBe(true);
    expect(then.faults.every(({ fromMs, toMs }) => fromMs <= atMs && (toMs ?? 0) <= atMs)).toBe(true);
    expect(figuresUntil(figures, null)).toBe(figures);
  });
});

test('a broken invariant is told with what each peer says of itself', () => {
  const entries: LogEntry[] = [
    {
      ...{ serial: 1, atMs: 5, party: 'world', causedBy: null, type: 'violation' },
      ...{ invariant: '3 links', what: 'two forward links', peers: ['alice: CONNECTED'] },
    },
  ];
  const room = new RecordedRoom();
  room.take(entries);
  expect(room.begin).toBe(1);
  const { broken } = roomFigures(room.shown('1.2.3'));
  expect(broken).toMatchObject([{ atMs: 5, invariant: '3 links', peers: ['alice: CONNECTED'] }]);
});
