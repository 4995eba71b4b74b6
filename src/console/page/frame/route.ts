/**
 * What the address of the page names behind its `#`: the view that is open, the peer that it shows, what is
 * selected in it, and the moment, as in `#machines/peer-2/7?at=1234`. So every view of every moment can be
 * linked to, and a reload comes back to it.
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
  /** A serial of the log; `null` is now. */
  readonly moment: number | null;
}

/** Serials stay far below, and all of them are whole numbers. */
const SERIAL = /^at=(\d{1,15})$/;

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // A % that belongs to no character: whoever typed that meant no peer of ours.
    return null;
  }
}

/** Reads the hash of an address, with or without its `#`; what it does not know is the chat, now. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [name = '', peer, selection] = path.split('/');
  const read = (part = '') => (part === '' ? null : decoded(part));
  const [, serial] = SERIAL.exec(query) ?? [];
  return {
    tab: TABS.find((tab) => tab === name) ?? 'chat',
    ...{ peer: read(peer), selection: read(selection) },
    moment: serial === undefined ? null : Number(serial),
  };
}

/** The hash that `parseRoute` reads back. */
export function formatRoute({ tab, peer, selection, moment }: Route): string {
  const parts = peer === null ? [] : selection === null ? [peer] : [peer, selection];
  const path = [`#${tab}`, ...parts.map(encodeURIComponent)].join('/');
  return moment === null ? path : `${path}?at=${moment}`;
}
