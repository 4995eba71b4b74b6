/**
 * The page's state, in one store that the two sockets feed: `/console` (who the peers are, what they show and
 * what went over their wires) and `/inspect` (their machines). It touches no socket and no document itself:
 * what it has to say goes out through `PageOutlet`, so that it is tested as it is.
 *
 * Invariant: `selected` is one of `peers`, or null where there is none.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConsolePeer, PageMessage, ServerMessage } from '../../feed/messages.ts';
import type { InspectMessage } from '../../inspect/inspect-messages.ts';
import { eventMessage, type Inspection, NO_INSPECTION, withInspected } from '../inspection/inspection.ts';
import { FIRST_KEEPS, type PeerViews, withMessage } from './peer-view.ts';
import type { Connection } from './reconnecting-socket.ts';
import { type Seats, takeSeats } from './seats.ts';

/** The server's first message. */
export type Hello = Extract<ServerMessage, { type: 'hello' }>;

/** What can be done to a peer of the demo. */
export type ControlAction = Extract<PageMessage, { type: 'control' }>['action'];

/** One of the six commands. */
export type PageCommand = Extract<PageMessage, { type: 'command' }>['command'];

/** Where the store sends to. */
export interface PageOutlet {
  /** @returns false if there is no connection. */
  toConsole(message: PageMessage): boolean;
  /** @returns false if there is no connection. */
  toInspect(text: string): boolean;
}

/** Everything that the page shows, and what it can be asked to do. */
export interface ConsoleState {
  readonly connection: Connection;
  readonly hello: Hello | null;
  readonly peers: readonly ConsolePeer[];
  readonly selected: string | null;
  readonly views: PeerViews;
  /** Where each peer stands, or stood last: a killed one has no address of its own any more. */
  readonly seats: Seats;
  readonly inspection: Inspection;
  /** Which peer each user machine belongs to, by its session; a restarted peer has one more. */
  readonly roots: ReadonlyMap<string, string>;

  /** Shows another peer; one that is not there (yet) is remembered until it comes. */
  select(peer: string): void;
  /** Tells the server something. @returns false if there is no connection. */
  send(message: PageMessage): boolean;
  /** A command to the selected peer. @returns false if there is none, or no connection. */
  command(command: PageCommand): boolean;
  /** Demo: does something to a peer. */
  control(peer: string, action: ControlAction): void;

  /** Sends an event to a machine. @returns false if there is no connection. */
  sendEvent(session: string, event: { readonly type: string }): boolean;

  /** From the socket `/console`. */
  connected(connection: Connection): void;
  received(message: ServerMessage): void;
  /** From the socket `/inspect`: it is open, and will tell everything from the beginning. */
  inspectionBegins(): void;
  inspected(messages: readonly InspectMessage[]): void;
}

/** The store of a page. */
export type ConsoleStore = StoreApi<ConsoleState>;

/** The peer to show: the one that is wanted if it is there, else the first. */
function choose(peers: readonly ConsolePeer[], wanted: string | null): string | null {
  return peers.find(({ id }) => id === wanted)?.id ?? peers[0]?.id ?? null;
}

/** Adds the peers' present user machines; those whose machines are forgotten go. */
function withRoots(
  roots: ReadonlyMap<string, string>,
  peers: readonly ConsolePeer[],
  { actors }: Inspection,
): ReadonlyMap<string, string> {
  const kept = [...roots].filter(([session]) => actors.has(session));
  const present = peers.flatMap(({ id, rootSession }) =>
    rootSession === null ? [] : [[rootSession, id] as const],
  );
  return new Map([...kept, ...present]);
}

/**
 * Makes the page's store.
 * @param wanted the peer that the page's address names.
 */
export function createConsoleStore(outlet: PageOutlet, wanted: string | null): ConsoleStore {
  let awaited = wanted;
  return createStore<ConsoleState>()((set, get) => ({
    connection: 'connecting',
    hello: null,
    peers: [],
    selected: null,
    views: {},
    seats: new Map(),
    inspection: NO_INSPECTION,
    roots: new Map(),

    select(peer) {
      awaited = peer;
      set({ selected: choose(get().peers, peer) });
    },
    send: (message) => outlet.toConsole(message),
    command(command) {
      const { selected } = get();
      return selected !== null && outlet.toConsole({ type: 'command', peer: selected, command });
    },
    control(peer, action) {
      outlet.toConsole({ type: 'control', peer, action });
    },

    sendEvent: (session, event) => outlet.toInspect(eventMessage(session, event)),

    connected: (connection) => set({ connection }),
    received(message) {
      const { hello, views, selected, roots, inspection } = get();
      const changed = withMessage(views, message, hello?.keeps ?? FIRST_KEEPS);
      set({ views: changed });
      if (message.type === 'status') set({ seats: takeSeats(get().seats, changed) });
      if (message.type === 'hello') set({ hello: message });
      if (message.type === 'hello' || message.type === 'peers')
        set({
          peers: message.peers,
          selected: choose(message.peers, awaited ?? selected),
          roots: withRoots(message.type === 'hello' ? new Map() : roots, message.peers, inspection),
        });
    },
    inspectionBegins: () => set({ inspection: NO_INSPECTION }),
    inspected: (messages) => set({ inspection: withInspected(get().inspection, messages) }),
  }));
}
