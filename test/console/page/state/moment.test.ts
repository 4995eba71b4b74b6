/**
 * Goal: a view of a moment is what the view was then: nothing of what came later, and the status of that
 * time; and steps lead to the neighbouring moments of what was asked for.
 */
import { describe, expect, test } from 'vitest';
import type { ConsoleStatus } from '../../../../src/console/feed/messages.ts';
import type { Step } from '../../../../src/console/page/inspection/actor.ts';
import {
  momentBy,
  serialAt,
  spanOf,
  timeOf,
  viewAt,
  viewsAt,
} from '../../../../src/console/page/state/moment.ts';
import {
  EMPTY_VIEW,
  FIRST_KEEPS,
  type PeerViews,
  withMessage,
} from '../../../../src/console/page/state/peer-view.ts';
import { consoleFrame, listed, member, ROOM_SERVER } from '../made-up.ts';
import { notice } from '../notices.ts';

const ALICE = member('alice', 5_001);

function status(state: ConsoleStatus['state']): ConsoleStatus {
  return {
    ...{ state, user: 'alice', room: null, self: ALICE, port: 5_001, isOffline: false },
    roomServer: { host: '127.0.0.1', port: 1, state: 'connected' },
    ...{ links: [], pending: [], rooms: [] },
  };
}

function step(serial: number, atMs: number): Step {
  return {
    ...{ peer: 'peer-1', causedBy: null },
    ...{ serial, atMs, kind: 'event', session: 's', actor: 'user', event: 'JOIN', sender: '' },
    ...{ from: 'START', to: 'NAMED' },
    detail: () => ({ taken: [], payload: '', context: '', changes: [] }),
  };
}

/**
 * A line at 1,000, NAMED at 1,500, a frame at 2,000, members at 2,500, JOINED at 3,000, a line at 4,000:
 * these are their serials, and their times as well.
 */
function history(): PeerViews {
  const stamp = (serial: number) => ({ serial, atMs: serial, causedBy: null, peer: 'peer-1' });
  const frame = consoleFrame({ kind: 'LIST' }, ROOM_SERVER, { serial: 2_000, atMs: 2_000 });
  return [
    { type: 'notices', notices: [notice(1_000, { atMs: 1_000 })] } as const,
    { type: 'status', ...stamp(1_500), status: status('NAMED') } as const,
    { type: 'frames', frames: [frame] } as const,
    { type: 'members', ...stamp(2_500), members: [listed(ALICE)] } as const,
    { type: 'status', ...stamp(3_000), status: status('JOINED') } as const,
    { type: 'notices', notices: [notice(4_000, { atMs: 4_000 })] } as const,
  ].reduce<PeerViews>((views, message) => withMessage(views, message, FIRST_KEEPS), {});
}

/** Two of one millisecond. */
const STEPS = [step(1_600, 1_600), step(1_601, 1_600), step(3_500, 3_500)];

/** What a view has, in a line. */
function brief(moment: number | null): string {
  const { notices, frames, members, status: is } = viewAt(history()['peer-1'] ?? EMPTY_VIEW, moment);
  return `${is?.state} ${notices.length} lines ${frames.length} frames ${members.length} members`;
}

describe('a view at a moment', () => {
  test.each([
    [null, 'JOINED 2 lines 1 frames 1 members'],
    [4_000, 'JOINED 2 lines 1 frames 1 members'],
    [3_999, 'JOINED 1 lines 1 frames 1 members'],
    [2_999, 'NAMED 1 lines 1 frames 1 members'],
    [2_499, 'NAMED 1 lines 1 frames 0 members'],
    [1_999, 'NAMED 1 lines 0 frames 0 members'],
    [1_000, 'NAMED 1 lines 0 frames 0 members'],
    [999, 'NAMED 0 lines 0 frames 0 members'],
  ])('%s', (moment, expected) => {
    expect(brief(moment)).toBe(expected);
  });

  test('now is the very view, and all views are asked for the same moment', () => {
    const views = history();
    expect(viewsAt(views, null)).toBe(views);
    expect(viewsAt(views, 999)['peer-1']?.notices).toEqual([]);
  });
});

describe('steps', () => {
  const known = { views: history(), steps: STEPS };

  test.each([
    ['anything', 1_000, 1, 1_500],
    ['anything', 1_500, 1, 1_600],
    ['anything', 4_000, 1, null],
    ['anything', null, -1, 4_000],
    ['anything', 1_000, -1, 1_000],
    ['line', 1_000, 1, 4_000],
    ['line', 3_000, -1, 1_000],
    ['frame', null, -1, 2_000],
    ['frame', 2_000, 1, null],
    ['machine', 1_600, 1, 1_601],
    ['machine', 1_601, 1, 3_500],
    ['machine', 3_499, -1, 1_601],
    ['change', 1_500, 1, 2_500],
    ['change', 2_500, 1, 3_000],
  ] as const)('%s from %s by %i: %s', (kind, from, by, expected) => {
    expect(momentBy(known, kind, from, by)).toBe(expected);
  });

  test('a time leads to the last serial of it, and a serial to its time', () => {
    const times = [999, 1_000, 1_599, 1_600, 3_999, 9_000];
    expect(times.map((atMs) => serialAt(known, atMs))).toEqual([0, 1_000, 1_500, 1_601, 3_500, 4_000]);
    const serials = [999, 1_000, 1_600, 1_601, 1_999, 9_000];
    expect(serials.map((serial) => timeOf(known, serial))).toEqual([null, 1_000, 1_600, 1_600, 1_600, 4_000]);
  });

  test('the span is from the first that is known to the last', () => {
    expect(spanOf(known)).toEqual({ firstMs: 1_000, lastMs: 4_000 });
    expect(spanOf({ views: {}, steps: [] })).toBeNull();
  });
});
