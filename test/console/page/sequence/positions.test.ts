import { describe, expect, it } from 'vitest';
import { duration, exactTimeOfDay } from '../../../../src/console/page/state/clock-time.ts';
import { indexOfSerial, movedIndex } from '../../../../src/console/page/views/sequence/diagram/positions.ts';
import type { ShownFrame } from '../../../../src/console/page/views/sequence/filters.ts';
import { consoleFrame, ROOM_SERVER } from '../made-up.ts';

function rows(...serials: readonly number[]): readonly ShownFrame[] {
  return serials.map((serial) => ({
    frame: consoleFrame({ kind: 'LIST' }, ROOM_SERVER, { serial }),
    partyKey: 'room server',
    partyName: 'room server',
    isDuplicate: false,
    keepalives: 0,
  }));
}

describe('indexOfSerial', () => {
  it('finds a frame, or the first behind one that was forgotten or filtered out', () => {
    const shown = rows(3, 5, 9, 12);
    expect([3, 5, 9, 12].map((serial) => indexOfSerial(shown, serial))).toEqual([0, 1, 2, 3]);
    expect([0, 4, 10, 13].map((serial) => indexOfSerial(shown, serial))).toEqual([0, 1, 3, 4]);
    expect(indexOfSerial([], 7)).toBe(0);
  });
});

describe('movedIndex', () => {
  it('moves by a row, a page, and to the ends, and never beyond them', () => {
    const move = (key: string, index: number) => movedIndex(key, index, 100, 20);
    expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => move(key, 50))).toEqual(
      [51, 49, 70, 30, 0, 99],
    );
    expect([move('ArrowUp', 0), move('ArrowDown', 99), move('PageDown', 95), move('PageUp', 4)]).toEqual([
      0, 99, 99, 0,
    ]);
  });

  it('enters at the newest row, from behind it', () => {
    expect(movedIndex('ArrowUp', 100, 100, 20)).toBe(99);
  });

  it('leaves other keys alone', () => {
    expect(movedIndex('a', 5, 100, 20)).toBeNull();
  });
});

describe('times', () => {
  it('writes the time of day with milliseconds', () => {
    const at = new Date(2026, 0, 2, 3, 4, 5, 67);
    expect(exactTimeOfDay(at.getTime())).toBe('03:04:05.067');
  });

  it('writes durations in the unit that fits', () => {
    expect([12, 1_500, 125_000].map(duration)).toEqual(['12 ms', '1.5 s', '2 min 5 s']);
  });
});
