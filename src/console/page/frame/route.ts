/**
 * What the address of the page names behind its `#`: the view that is open, the peer that it shows, and what
 * is selected in it, as in `#machines/peer-2/x:7`. So every view can be linked to, and a reload comes back to
 * it.
 */

/** The four views, and the room in figures. */
export const TABS = ['chat', 'machines', 'sequence', 'overlay', 'figures'] as const;

/** One of them. */
export type Tab = (typeof TABS)[number];

/** Where the page is. */
export interface Route {
  readonly tab: Tab;
  /** `null` leaves the choice to the page. */
  readonly peer: string | null;
  /** An actor, a frame or a member; `null` for none. Only with a peer. */
  readonly selection: string | null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // A % that belongs to no character: whoever typed that meant no peer of ours.
    return null;
  }
}

/** Reads the hash of an address, with or without its `#`; what it does not know is the chat. */
export function parseRoute(hash: string): Route {
  const [name = '', peer, selection] = hash.replace(/^#/, '').split('/');
  const read = (part = '') => (part === '' ? null : decoded(part));
  return { tab: TABS.find((tab) => tab === name) ?? 'chat', peer: read(peer), selection: read(selection) };
}

/** The hash that `parseRoute` reads back. */
export function formatRoute({ tab, peer, selection }: Route): string {
  const parts = peer === null ? [] : selection === null ? [peer] : [peer, selection];
  return [`#${tab}`, ...parts.map(encodeURIComponent)].join('/');
}
