/**
 * What the page knows of one peer, and how a message of the server changes that. Pure: a view is never
 * changed, only replaced.
 *
 * Invariant: no list is longer than the server has said in its `hello`.
 */

import type {
  ConsoleDrop,
  ConsoleFrame,
  ConsoleGap,
  ConsoleNotice,
  ConsoleStatus,
  RoomMessage,
  ServerMessage,
} from '../../feed/messages.ts';
import { sameEntry } from '../../feed/room-messages.ts';
import { PAGE_LIMITS } from '../../limits.ts';
import { appendBounded } from './bounded.ts';

/** What the page knows of one peer. */
export interface PeerView {
  /** `null` until the server has told it. */
  readonly status: ConsoleStatus | null;
  /** In HID order. */
  readonly members: Extract<RoomMessage, { type: 'members' }>['members'];
  /** What the two above were, oldest first; `null` for what has not changed then. */
  readonly past: readonly PastStatus[];
  /** These three: oldest first. */
  readonly notices: readonly ConsoleNotice[];
  readonly frames: readonly ConsoleFrame[];
  readonly drops: readonly ConsoleDrop[];
  /** Where entries are missing: a bound has cut them. */
  readonly gaps: readonly ConsoleGap[];
}

/** What a peer has become at a moment. */
export interface PastStatus {
  /** Of the entry that says so. */
  readonly serial: number;
  readonly causedBy: number | null;
  readonly atMs: number;
  readonly status: ConsoleStatus | null;
  readonly members: PeerView['members'] | null;
}

/** How many of each are kept of a peer. */
export type Keeps = Extract<ServerMessage, { type: 'hello' }>['keeps'];

/** The views by the peers' ids. */
export type PeerViews = Readonly<Record<string, PeerView>>;

/** A peer that nothing is known of yet. */
export const EMPTY_VIEW: PeerView = {
  status: null,
  members: [],
  past: [],
  notices: [],
  frames: [],
  drops: [],
  gaps: [],
};

/** What is kept before the server's `hello`. */
export const FIRST_KEEPS: Keeps = {
  notices: PAGE_LIMITS.keptAtFirst,
  frames: PAGE_LIMITS.keptAtFirst,
  drops: PAGE_LIMITS.keptAtFirst,
  changes: PAGE_LIMITS.keptAtFirst,
  happenings: PAGE_LIMITS.keptAtFirst,
};

/** What is logged of a peer. */
interface Logged {
  readonly peer: string;
}

/** Adds to one of the lists of each peer that is named in `logged`. */
function extended<K extends 'notices' | 'frames' | 'drops' | 'gaps'>(
  views: PeerViews,
  list: K,
  logged: readonly (PeerView[K][number] & Logged)[],
  most: number,
): PeerViews {
  const changed: Record<string, PeerView> = { ...views };
  // Of a recording there are 20,000 at a time.
  const byPeer = new Map<string, (typeof logged)[number][]>();
  for (const entry of logged) {
    const own = byPeer.get(entry.peer);
    if (own) own.push(entry);
    else byPeer.set(entry.peer, [entry]);
  }
  for (const [peer, added] of byPeer) {
    const view = changed[peer] ?? EMPTY_VIEW;
    changed[peer] = { ...view, [list]: appendBounded<PeerView[K][number]>(view[list], added, most) };
  }
  return changed;
}

function stampOf({ serial, causedBy, atMs }: Pick<PastStatus, 'serial' | 'causedBy' | 'atMs'>) {
  return { serial, causedBy, atMs };
}

/** A peer is something else from now on. */
function become(views: PeerViews, peer: string, change: PastStatus, most: number): PeerViews {
  const view = views[peer] ?? EMPTY_VIEW;
  const past = appendBounded(view.past, [change], most);
  const { status, members } = change;
  const changed = { status: status ?? view.status, members: members ?? view.members, past };
  return { ...views, [peer]: { ...view, ...changed } };
}

/** The views after some more of the log; the same object where it changes none. */
export function withMessage(views: PeerViews, message: RoomMessage, keeps: Keeps): PeerViews {
  switch (message.type) {
    case 'status': {
      const change = { ...stampOf(message), status: message.status, members: null };
      return become(views, message.peer, sameEntry(message, change), keeps.changes);
    }
    case 'members': {
      const change = { ...stampOf(message), status: null, members: message.members };
      return become(views, message.peer, sameEntry(message, change), keeps.changes);
    }
    case 'notices':
      return extended(views, 'notices', message.notices, keeps.notices);
    case 'frames':
      return extended(views, 'frames', message.frames, keeps.frames);
    case 'drops':
      return extended(views, 'drops', message.drops, keeps.drops);
    case 'gaps':
      return extended(views, 'gaps', message.gaps, PAGE_LIMITS.gapsMax);
    case 'happenings':
    case 'machines':
      return views;
  }
}
