/**
 * The page's state, in one store that the socket `/console` feeds: who the peers are, what they show, what
 * went over their wires, and their machines. It touches no socket and no document itself: what it has to say
 * goes out through `PageOutlet`, so that it is tested as it is.
 *
 * Invariant: `selected` is one of `peers`, or null where there is none.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  ConsolePeer,
  ControlAction,
  PageMessage,
  RoomMessage,
  ServerMessage,
} from '../../feed/messages.ts';
import { RoomMessages } from '../../feed/room-messages.ts';
import type { RoomAct, RoomState } from '../../feed/steering.ts';
import { CONSOLE_LIMITS } from '../../limits.ts';
import { NOTHING_LISTED, type RecordingList } from '../../replay/recording-list.ts';
import { NO_INSPECTION } from '../inspection/inspection.ts';
import type { OpenRecording, RecordingSource } from './file/open-recording.ts';
import { type KnownRoom, withLogged } from './known-room.ts';
import { type KnownPast, serialAt } from './moment.ts';
import { FIRST_KEEPS } from './peer-view.ts';
import type { Connection } from './socket/reconnecting-socket.ts';

/** The server's first message. */
export type Hello = Extract<ServerMessage, { type: 'hello' }>;

/** One of the six commands. */
export type PageCommand = Extract<PageMessage, { type: 'command' }>['command'];

/** Where the store sends to. */
interface PageOutlet {
  /** @returns false if there is no connection. */
  toConsole(message: PageMessage): boolean;
  /** Nothing of the program is wanted any more. */
  leave(): void;
}

/** Everything that the page shows, and what it can be asked to do. */
export interface ConsoleState extends KnownRoom {
  /** `other`: another program answers than the one that the page knows; `recording`: none is asked. */
  readonly connection: Connection | 'other' | 'recording';
  readonly hello: Hello | null;
  readonly peers: readonly ConsolePeer[];
  readonly selected: string | null;
  /** What all views show: a moment of the past, a serial of the log, or `null` for now. */
  readonly moment: number | null;
  /** The time that was asked for and has led to the moment; `null` where a serial was. */
  readonly wantedMs: number | null;
  /** The serial whose causes are shown; `null` for none. */
  readonly asked: number | null;
  /** Serials of it and its causes. */
  readonly path: ReadonlySet<number>;
  /** The peers that it leads through, in its order. */
  readonly pathPeers: readonly string[];
  /** The recording that is shown; `null` for a live room. */
  readonly recording: OpenRecording | null;
  /** One that is being opened, and how much of it is read, from 0 to 1. */
  readonly opening: { readonly name: string; readonly share: number } | null;
  /** Why the last one could not be opened; `null` where it could. */
  readonly unopened: string | null;
  /** The recordings in the page itself. */
  readonly list: RecordingList;
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
  showPath(chain: readonly { readonly serial: number; readonly peer: string }[]): void;
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

  /** Shows a recording in place of what is shown; resolves when it does, or `unopened` says why not. */
  open(source: RecordingSource): Promise<void>;

  /** From the socket `/console`. */
  connected(connection: Connection): void;
  received(message: ServerMessage | RoomMessage): void;
}

/** The store of a page. */
export type ConsoleStore = StoreApi<ConsoleState>;

/** The peer to show: the one that is wanted if it is there, else the first. */
function choose(peers: readonly ConsolePeer[], wanted: string | null): string | null {
  return peers.find(({ id }) => id === wanted)?.id ?? peers[0]?.id ?? null;
}

/**
 * True if this is the program that the page knows, or its next incarnation: a console of the same kind over
 * peers of the same names, with the same room server (a demo has one of its own). A demo that has just begun
 * has but some of them.
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

/** Nothing has happened yet: what has been kept of the past follows, and would be there twice. */
const NO_PATH = { asked: null, path: new Set<number>(), pathPeers: [] };
const NOTHING_KNOWN = { views: {}, happenings: [], inspection: NO_INSPECTION, ...NO_PATH };

/** What a message of the program that the page shows changes. */
function taken(
  state: ConsoleState,
  message: Exclude<ServerMessage, { type: 'entries' }> | RoomMessage,
  wanted: string | null,
): Partial<ConsoleState> {
  const { hello, selected } = state;
  switch (message.type) {
    case 'hello':
    case 'peers':
      return {
        ...(message.type === 'hello' ? ofNewLog(state, message) : {}),
        peers: message.peers,
        selected: choose(message.peers, wanted ?? selected),
      };
    case 'room':
      // The first time it is told as a whole.
      return { room: { ...state.room, ...message.room } as RoomState };
    case 'refused': {
      const { start, event, reason, atMs } = message;
      const refusal = { session: String(start), event, reason, atMs };
      return { inspection: { ...state.inspection, refusal } };
    }
    default:
      return withLogged(state, [message], hello?.keeps ?? FIRST_KEEPS);
  }
}

/** What the page knows of the past. */
export function pastOf({ views, inspection }: Pick<ConsoleState, 'views' | 'inspection'>): KnownPast {
  return { views, steps: inspection.steps };
}

/** What the page shows of a log that it does not know yet; its serials are others. */
function ofNewLog(state: ConsoleState, hello: Hello): Partial<ConsoleState> {
  const isKnown = state.hello === null || state.hello.log === hello.log;
  const nothing = { hello, room: null, ...NOTHING_KNOWN };
  return isKnown ? nothing : { ...nothing, moment: null, wantedMs: null };
}

/**
 * Makes the page's store.
 * @param wanted the peer that the page's address names.
 * @param list of the recordings in the page.
 */
export function createConsoleStore(
  outlet: PageOutlet,
  wanted: string | null,
  list: RecordingList = NOTHING_LISTED,
): ConsoleStore {
  let awaited = wanted;
  let logged = new RoomMessages(CONSOLE_LIMITS);
  const store = createStore<ConsoleState>()((set, get) => ({
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
    pathPeers: [],
    recording: null,
    opening: null,
    unopened: null,
    list,
    room: null,

    select(peer) {
      awaited = peer;
      set({ selected: choose(get().peers, peer) });
    },
    show: (moment) => set({ moment, wantedMs: null }),
    showTime: (wantedMs) => set({ wantedMs, moment: serialAt(pastOf(get()), wantedMs) }),
    ask: (serial) => set(serial === null ? NO_PATH : { asked: serial }),
    showPath: (chain) =>
      set({
        path: new Set(chain.map(({ serial }) => serial)),
        pathPeers: chain.map(({ peer }) => peer),
      }),
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

    async open(source) {
      if (get().opening !== null) return;
      const opening = (share: number) => ({ name: source.name, share });
      set({ opening: opening(0), unopened: null });
      try {
        // With what checks it; a live page does without.
        const { openRecording } = await import('./file/open-recording.ts');
        const { recording, room } = await openRecording(source, (share) => set({ opening: opening(share) }));
        outlet.leave();
        const selected = choose(room.peers, awaited);
        // Of the first one the address may name a moment.
        const named = get().hello === null ? get().moment : null;
        const moment = named ?? recording.begin;
        set({ ...NOTHING_KNOWN, room: null, ...room, recording, selected, moment, wantedMs: null });
        set({ connection: 'recording' });
      } catch (error) {
        set({ unopened: error instanceof Error ? error.message : String(error) });
      } finally {
        set({ opening: null });
      }
    },

    connected(connection) {
      if (isListening()) set({ connection });
    },
    received(message) {
      const { hello } = get();
      if (message.type === 'hello' && isListening() && hello !== null && !isSameProgram(hello, message))
        set({ connection: 'other' });
      if (!isListening()) return;
      if (message.type === 'hello') logged = new RoomMessages(CONSOLE_LIMITS);
      if (message.type === 'entries') {
        const messages = logged.of(message.entries);
        set(withLogged(get(), messages, get().hello?.keeps ?? FIRST_KEEPS));
      } else set(taken(get(), message, awaited));
      const { wantedMs, moment } = get();
      const wanted = wantedMs === null ? moment : serialAt(pastOf(get()), wantedMs);
      if (wanted !== moment) set({ moment: wanted });
    },
  }));
  /** Nothing that another program says is news of the one that is shown, nor of a recording. */
  const isListening = () => !['other', 'recording'].includes(store.getState().connection);
  return store;
}
