/** Duplicates and KEEPALIVEs among the frames of a peer. */
import { describe, expect, it } from 'vitest';
import type { ConsoleFrame } from '../../../../src/console/feed/messages.ts';
import { encountersOf } from '../../../../src/console/page/views/sequence/diagram/parties.ts';
import { filterFrames } from '../../../../src/console/page/views/sequence/filters.ts';
import { foldKeepalives, marksOf } from '../../../../src/console/page/views/sequence/marks.ts';
import { consoleFrame, member, partyOf, ROOM_SERVER, text } from '../made-up.ts';

const alice = member('alice', 5_001);
const bob = member('bob', 5_002);
const join = () => consoleFrame({ kind: 'JOIN', room: 'tea', ...alice }, ROOM_SERVER);
const list = (...members: (typeof alice)[]) =>
  consoleFrame({ kind: 'MEMBERS', msid: '0', members }, ROOM_SERVER, { direction: 'in' });

function rowsOf(frames: readonly ConsoleFrame[]) {
  const marks = marksOf(frames);
  const filter = { hiddenKinds: new Set<ConsoleFrame['kind']>(), party: null, search: '' };
  return foldKeepalives(filterFrames(frames, encountersOf(frames), filter, marks.duplicates), marks);
}

describe('duplicates', () => {
  it('are what comes in again, and what comes back to its origin; not what goes out', () => {
    const frames = [
      consoleFrame(text(bob, 1, 'x'), partyOf(bob), { direction: 'in', via: 'forward-1' }),
      consoleFrame(text(bob, 1, 'x'), partyOf(alice), { direction: 'out', via: 'backward-1' }),
      consoleFrame(text(bob, 1, 'x'), partyOf(alice), { direction: 'in', via: 'backward-1' }),
      consoleFrame(text(alice, 7, 'y'), partyOf(bob), { direction: 'out', via: 'forward-1' }),
      consoleFrame(text(alice, 7, 'y'), partyOf(bob), { direction: 'in', via: 'backward-2' }),
      consoleFrame(text(bob, 2, 'z'), partyOf(bob), { direction: 'in', via: 'forward-1' }),
    ];
    expect([...marksOf(frames).duplicates]).toEqual([frames[2]?.serial, frames[4]?.serial]);
    const later = { ...(frames[0] as ConsoleFrame), serial: 1_000_000, atMs: 10_000_000 };
    expect(marksOf([...frames, later]).duplicates.has(later.serial)).toBe(false);
  });
});

describe('KEEPALIVEs', () => {
  it('are JOINs whose answer says nothing new; a run of them is one row', () => {
    const first = [join(), list(alice)];
    const same = [join(), list(alice), join(), list(alice)];
    const message = consoleFrame(text(bob, 1, 'x'), partyOf(bob), { direction: 'in' });
    const changed = [join(), list(alice, bob)];
    const rows = rowsOf([...first, ...same, message, join(), list(alice), ...changed]);
    expect(rows.map(({ frame, keepalives }) => [frame.kind, keepalives])).toEqual([
      ['JOIN', 0],
      ['MEMBERS', 0],
      ['JOIN', 2],
      ['TEXT', 0],
      ['JOIN', 1],
      ['JOIN', 0],
      ['MEMBERS', 0],
    ]);
  });
});
