/**
 * The page's state, in one store that the socket `/console` feeds: who the peers are, what they show, what
 * went over their wires, and their machines. It touches no socket and no document itself: what it has to say
 * goes out through `PageOutlet`, so that it is tested as it is.
 *
 * Invariant: `selected` is one of `peers`, or null where there is none.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConsoleHappening, ConsolePeer, PageMessage, ServerMessage } from '../../feed/messages.ts';
import type { RoomAct, RoomState } from '../../feed/steering.ts';
import { type Inspection, inspectionAfter, NO_INSPECTION } from '../inspection/inspection.ts';
import { appendBounded } from './bounded.ts';
import { type KnownPast, serialAt } from './moment.ts';
import { FIRST_KEEPS, type PeerViews, withMessage } from './peer-view.ts';
import { type Seats, takeSeats } from './seats.ts';
import type { Connection } from './socket/reconnecting-socket.ts';

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
}

/** Everything that the page shows, and what it can be asked to do. */
export interface ConsoleState {
  /** `other`: another program answers than the one that the page knows. */
  readonly connection: Connection | 'other';
  readonly hello: Hello | null;
  readonly peers: readonly ConsolePeer[];
  readonly selected: string | null;
  readonly views: PeerViews;
  /** What else has happened to anybody, oldest first: causes and effects of what the views show. */
  readonly happenings: readonly ConsoleHappening[];
  /** Where each peer stands, or stood last: a killed one has no address of its own any more. */
  readonly seats: Seats;
  readonly inspection: Inspection;
  /** What all views show: a moment of the past, a serial of the log, or `null` for now. */
  readonly moment: number | null;
  /** The time that was asked for and has led to the moment; `null` where a serial was. */
  readonly wantedMs: number | null;
  /** The serial whose causes are shown; `null` for none. */
  readonly asked: number | null;
  /** Serials of it and its causes. */
  readonly path: ReadonlySet<number>;
  /** What a simulated room is; `null` where the room is none. */
  readonly room: RoomState | null;

  /** Shows another peer; one that is not there (yet) is remembered until it comes. */
  select(peer: string): void;
  /** Shows another moment in all views, by its serial; `null` is now. */
  show(moment: number | null): void;
  /** Shows the moment of a time; what is told of that time later on belongs to it. */
  showTime(atMs: number): void;
  /** Shows the causes of an entry; `null` shows none. */
  ask(serial: number | null): void;
  /** These are its causes, as far as they are known. */
  showPath(serials: readonly number[]): void;
  /** Tells the server something. @returns false if there is no connection. */
  send(message: PageMessage): boolean;
  /** A command to the selected peer. @returns false if there is none, or no connection. */
  command(command: PageCommand): boolean;
  /** Demo: does something to a peer. */
  control(peer: string, action: ControlAction): void;

  /** Asks something of a simulated room. */
  roomAct(act: RoomAct): void;

  /** Sends an event to a machine. @returns false if there is no connection. */
  sendEvent(session: string, event: { readonly type: string }): boolean;

  /** From the socket `/console`. */
  connected(connection: Connection): void;
  received(message: ServerMessage): void;
}

/** The store of a page. */
export type ConsoleStore = StoreApi<ConsoleState>;

/** The peer to show: the one that is wanted if it is there, else the first. */
function choose(peers: readonly ConsolePeer[], wanted: string | null): string | null {
  return peers.find(({ id }) => id === wanted)?.id ?? peers[0]?.id ?? null;
}

/**
 * True if this is the program that the page knows, or its next life: a console of the same kind over peers of
 * the same names, with the same room server (a demo has one of its own). A demo that has just begun has but
 * some of them.
 */
function isSameProgram(known: Hello, hello: Hello): boolean {
  const serverOf = ({ roomServer: { host, port } }: Hello) => `${host}:${port}`;
  const labels = new Map(known.peers.map(({ id, label }) => [id, label]));
  return (
    known.isDemo === hello.isDemo &&
    (known.isDemo || serverOf(known) === serverOf(hello)) &&
    hello.peers.every(({ id, label }) => labels.get(id) === label)
  );
}

/** What a message of the program that the page shows changes. */
function taken(state: ConsoleState, message: ServerMessage, wanted: string | null): Partial<ConsoleState> {
  const { hello, selected, seats } = state;
  const keeps = hello?.keeps ?? FIRST_KEEPS;
  const views = withMessage(state.views, message, keeps);
  switch (message.type) {
    case 'hello':
    case 'peers':
      return {
        ...{ views, inspection: inspectionAfter(state.inspection, message) },
        ...(message.type === 'hello' ? ofNewLog(state, message) : {}),
        peers: message.peers,
        selected: choose(message.peers, wanted ?? selected),
      };
    case 'room':
      return { room: message.room };
    case 'status':
      return { views, seats: takeSeats(seats, views) };
    case 'happenings':
      return { happenings: appendBounded(state.happenings, message.happenings, keeps.happenings) };
    default:
      return { views, inspection: inspectionAfter(state.inspection, message) };
  }
}

/** What the page knows of the past. */
export function pastOf({ views, inspection }: Pick<ConsoleState, 'views' | 'inspection'>): KnownPast {
  return { views, steps: inspection.steps };
}

/** What the page shows of a log that it does not know yet; its serials are others. */
function ofNewLog(state: ConsoleState, hello: Hello): Partial<ConsoleState> {
  const isKnown = state.hello === null || state.hello.log === hello.log;
  const nothing = { hello, happenings: [], asked: null, path: new Set<number>() };
  return isKnown ? nothing : { ...nothing, moment: null, wantedMs: null };
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
    happenings: [],
    seats: new Map(),
    inspection: NO_INSPECTION,
    moment: null,
    wantedMs: null,
    asked: null,
    path: new Set(),
    room: null,

    select(peer) {
      awaited = peer;
      set({ selected: choose(get().peers, peer) });
    },
    show: (moment) => set({ moment, wantedMs: null }),
    showTime: (wantedMs) => set({ wantedMs, moment: serialAt(pastOf(get()), wantedMs) }),
    ask: (serial) => set(serial === null ? { asked: null, path: new Set() } : { asked: serial }),
    showPath: (serials) => set({ path: new Set(serials) }),
    send: (message) => outlet.toConsole(message),
    command(command) {
      const { selected } = get();
      return selected !== null && outlet.toConsole({ type: 'command', peer: selected, command });
    },
    control(peer, action) {
      outlet.toConsole({ type: 'control', peer, action });
    },

    roomAct(act) {
      outlet.toConsole({ type: 'room', act });
    },

    sendEvent: (session, event) => outlet.toConsole({ type: 'event', start: Number(session), event }),

    connected(connection) {
      // Nothing that another program says is news of this one.
      if (get().connection !== 'other') set({ connection });
    },
    received(message) {
      const { hello } = get();
      if (message.type === 'hello' && hello !== null && !isSameProgram(hello, message))
        set({ connection: 'other' });
      if (get().connection === 'other') return;
      set(taken(get(), message, awaited));
      const { wantedMs, moment } = get();
      const wanted = wantedMs === null ? moment : serialAt(pastOf(get()), wantedMs);
      if (wanted !== moment) set({ moment: wanted });
    },
  }));
}
