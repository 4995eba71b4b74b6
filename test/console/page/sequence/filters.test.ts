import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactTimeOfDay } from '../../../../src/console/page/state/clock-time.ts';
import { encountersOf } from '../../../../src/console/page/views/sequence/diagram/parties.ts';
import {
  countKinds,
  countParties,
  type FrameFilter,
  filterFrames,
} from '../../../../src/console/page/views/sequence/filters.ts';
import { marksOf } from '../../../../src/console/page/views/sequence/marks.ts';
import { consoleFrame, member, partyOf, ROOM_SERVER, text } from '../made-up.ts';

const alice = member('alice', 5_001);
const bob = member('bob', 5_002);
const carol = member('carol', 5_003);
const frames = [
  consoleFrame({ kind: 'LIST' }, ROOM_SERVER),
  consoleFrame({ kind: 'GROUPS', rooms: [] }, ROOM_SERVER, { direction: 'in' }),
  consoleFrame(text(alice, 1, 'x'), partyOf(carol), { via: 'forward-1' }),
  consoleFrame(text(alice, 1, 'x'), partyOf(bob), { via: 'backward-1' }),
  consoleFrame(text(alice, 2, 'y'), partyOf(bob), { via: 'backward-1' }),
];
const encounters = encountersOf(frames);

function shownSerials(filter: Partial<FrameFilter>): readonly number[] {
  const all: FrameFilter = { hiddenKinds: new Set(), party: null, search: '' };
  return filterFrames(frames, encounters, { ...all, ...filter }, marksOf(frames).duplicates).map(
    ({ frame }) => frame.serial,
  );
}

function serials(...indices: number[]): readonly number[] {
  return indices.map((index) => frames[index]?.serial ?? Number.NaN);
}

describe('filterFrames', () => {
  it('shows everything in order while nothing is chosen', () => {
    expect(shownSerials({})).toEqual(serials(0, 1, 2, 3, 4));
  });

  it('hides kinds, and narrows to one party', () => {
    expect(shownSerials({ hiddenKinds: new Set(['TEXT']) })).toEqual(serials(0, 1));
    expect(shownSerials({ party: `member ${bob.hid}` })).toEqual(serials(3, 4));
    expect(shownSerials({ party: 'room server', hiddenKinds: new Set(['LIST']) })).toEqual(serials(1));
  });
});

describe('the search field', () => {
  it.each([
    ['', [0, 1, 2, 3, 4]],
    ['carol', [2]],
    ['backward', [3, 4]],
    ['kind:text', [2, 3, 4]],
    ['kind:TEXT -link:backward', [2]],
    ['peer:"room server" kind:groups', [1]],
    ['text:y', [4]],
    ['alice #1', [2, 3]],
    ['nonsense', []],
    ['kind:', []],
    ['"', [0, 1, 2, 3, 4]],
  ])('%j finds %j', (search, indices) => {
    expect(shownSerials({ search })).toEqual(serials(...indices));
  });

  it('finds times of the day, and one message', () => {
    const at = exactTimeOfDay(frames[2]?.atMs ?? 0);
    expect(shownSerials({ search: `before:${at}` })).toEqual(serials(0, 1));
    expect(shownSerials({ search: `after:${at}` })).toEqual(serials(2, 3, 4));
    expect(shownSerials({ search: at })).toEqual(serials(2));
    expect(shownSerials({ search: `message:${alice.hid}#1` })).toEqual(serials(2, 3));
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (search) => shownSerials({ search }).length <= frames.length));
  });
});

describe('the counts beside the filters', () => {
  it('has the kinds that occurred, in the order of a session', () => {
    expect(countKinds(frames).map(({ key, frames: count }) => [key, count])).toEqual([
      ['LIST', 1],
      ['GROUPS', 1],
      ['TEXT', 3],
    ]);
  });

  it('has the room server first, then members by name', () => {
    expect(countParties(encounters).map(({ name, frames: count }) => [name, count])).toEqual([
      ['room server', 2],
      ['bob', 2],
      ['carol', 1],
    ]);
  });
});
