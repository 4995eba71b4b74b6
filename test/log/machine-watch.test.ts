/**
 * Goal: a transition stands in the log before all that it causes, with what it was caused by; XState itself
 * tells it afterwards. Seen in a whole room (in memory), whose order of entries a person has written down.
 */
import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/log/entry.ts';
import { logEntry } from '../../src/log/entry.ts';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';
import { runLogged } from './logged-world.ts';

const SEED = 5;

/** A calm world with its entries. */
function calmWorld(): { readonly entries: readonly LogEntry[]; readonly hash: string } {
  const entries: LogEntry[] = [];
  const plan = drawPlan(SEED, { minutes: 0.2, peers: 3, faults: [] });
  const { traceHash } = runLogged(plan, (more) => entries.push(...more));
  return { entries, hash: traceHash };
}

/** An entry in a few words. */
function brief(entry: LogEntry): string {
  if (entry.type === 'transition') return `${entry.actor} takes ${entry.event.type}`;
  if (entry.type === 'frame') return `${entry.kind} ${entry.direction}`;
  if (entry.type === 'connection') return `connection ${entry.what}`;
  if (entry.type === 'notice') return `tells ${entry.notice}`;
  if (entry.type === 'command') return `command ${entry.command.type}`;
  return entry.type;
}

/** The entry that was caused by nothing that is known, and all between it and this one, in their order. */
function wayTo(entries: readonly LogEntry[], entry: LogEntry): string[] {
  const way = [brief(entry)];
  for (let at = entry.causedBy; at !== null; ) {
    const cause = entries[at - 1] as LogEntry;
    way.unshift(brief(cause));
    at = cause.causedBy;
  }
  return way;
}

test('a message that is shown leads back to the command that said it, across the peers', () => {
  const { entries } = calmWorld();
  const shown = entries.find(
    (entry) => entry.type === 'notice' && entry.notice === 'text' && !entry.isOwn,
  ) as LogEntry;
  expect(wayTo(entries, shown)).toEqual([
    'command SEND',
    'user takes SEND',
    'TEXT out',
    'TEXT in',
    'tells text',
  ]);
});

test('joining: the command, both machines, the connection, the request, the reply, and what it changes', () => {
  const { entries } = calmWorld();
  const joined = entries.find((entry) => entry.type === 'notice' && entry.notice === 'joined') as LogEntry;
  expect(wayTo(entries, joined)).toEqual([
    'command JOIN',
    'user takes JOIN',
    'room-session takes JOIN_REQUESTED',
    'connection opening',
    'connection opened',
    'room-session takes OPENED',
    'JOIN out',
    'JOIN in',
    'MEMBERS out',
    'MEMBERS in',
    'room-session takes MEMBERS_RECEIVED',
    'tells joined',
  ]);
});

test('entries are what the schema says, and to keep them changes nothing of what happens', () => {
  const { entries, hash } = calmWorld();
  for (const entry of entries) expect(logEntry.safeParse(entry).error?.issues ?? []).toEqual([]);
  expect(runWorld(drawPlan(SEED, { minutes: 0.2, peers: 3, faults: [] })).traceHash).toBe(hash);
});
