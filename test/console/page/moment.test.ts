/**
 * Goal: a view of a moment is what the view was then: nothing of what came later, and the status of that
 * time; and steps lead to the neighbouring moments of what was asked for.
 */
import { describe, expect, test } from 'vitest';
import type { ConsoleStatus } from '../../../src/console/feed/messages.ts';
import type { Step } from '../../../src/console/page/inspection/actor.ts';
import { momentBy, spanOf, stepAt, viewAt, viewsAt } from '../../../src/console/page/state/moment.ts';
import {
  EMPTY_VIEW,
  FIRST_KEEPS,
  type PeerViews,
  withMessage,
} from '../../../src/console/page/state/peer-view.ts';
import { consoleFrame, listed, member, ROOM_SERVER } from './made-up.ts';
import { notice } from './notices.ts';

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
    ...{ from: 'START', to: 'NAMED', taken: [], payload: '', context: '', changes: [] },
  };
}

/** A line at 1,000, NAMED at 1,500, a frame at 2,000, members at 2,500, JOINED at 3,000, a line at 4,000. */
function history(): PeerViews {
  const stamp = { serial: 1, causedBy: null, peer: 'peer-1' };
  const frame = consoleFrame({ kind: 'LIST' }, ROOM_SERVER, { atMs: 2_000 });
  return [
    { type: 'notices', notices: [notice(1, { atMs: 1_000 })] } as const,
    { type: 'status', ...stamp, atMs: 1_500, status: status('NAMED') } as const,
    { type: 'frames', frames: [frame] } as const,
    { type: 'members', ...stamp, atMs: 2_500, members: [listed(ALICE)] } as const,
    { type: 'status', ...stamp, atMs: 3_000, status: status('JOINED') } as const,
    { type: 'notices', notices: [notice(2, { atMs: 4_000 })] } as const,
  ].reduce<PeerViews>((views, message) => withMessage(views, message, FIRST_KEEPS), {});
}

const STEPS = [step(1, 1_600), step(2, 1_600), step(3, 3_500)];

/** What a view has, in a line. */
function brief(atMs: number | null): string {
  const { notices, frames, members, status: is } = viewAt(history()['peer-1'] ?? EMPTY_VIEW, atMs);
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
  ])('%s', (atMs, expected) => {
    expect(brief(atMs)).toBe(expected);
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
    ['machine', 1_600, 1, 3_500],
    ['machine', 3_499, -1, 1_600],
    ['change', 1_500, 1, 2_500],
    ['change', 2_500, 1, 3_000],
  ] as const)('%s from %s by %i: %s', (kind, from, by, expected) => {
    expect(momentBy(known, kind, from, by)).toBe(expected);
  });

  test('the step of a moment is the last of it', () => {
    expect(STEPS.map(({ atMs }) => stepAt(STEPS, atMs))).toEqual([2, 2, 3]);
    expect([stepAt(STEPS, 1_599), stepAt(STEPS, null)]).toEqual([0, null]);
  });

  test('the span is from the first that is known to the last', () => {
    expect(spanOf(known.views, STEPS)).toEqual({ firstMs: 1_000, lastMs: 4_000 });
    expect(spanOf({}, [])).toBeNull();
  });
});
