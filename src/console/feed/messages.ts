/**
 * What the console's server and its page tell each other over the WebSocket `/console`, one JSON object a
 * message. The other socket, `/inspect`, speaks the protocol of @xstate/inspect.
 *
 * The server sends `hello` first, then what has been kept of the past (so that a reload shows it again), then
 * what happens, gathered for some milliseconds. Everything in here is plain JSON; strings that came from the
 * network are raw, and the page only ever inserts them as text.
 */
import { z } from 'zod';
import type { EntryOf, LogEntry } from '../../log/entry.ts';
import type { Link } from '../../overlay/link-table.ts';
import type { MemberStatus, PeerStatus } from '../../peer/peer-api.ts';
import { userCommand } from '../../peer/user-command.ts';
import type { Frame } from '../../protocol/frames.ts';
import type { Window } from '../../words/notices.ts';
import { CONSOLE_LIMITS } from '../limits.ts';
import { type RoomState, roomAct } from './steering.ts';

/** One of the peers that the console looks at; `peer` in every message is its `id`. */
export interface ConsolePeer {
  readonly id: string;
  /** What it is called while it has no nickname: `peer 1`; in the demo the name that it always takes. */
  readonly label: string;
  /** False once it was killed or has quit. */
  readonly isRunning: boolean;
  /** True while it is cut off from all others (demo). */
  readonly isSplitOff: boolean;
}

/** A status without what is sent on its own because it is long, and without counters: frames are counted. */
export type ConsoleStatus = Omit<PeerStatus, 'members' | 'links' | 'counters'> & {
  readonly links: readonly Link[];
};

/** What stands in everything that is made from an entry of the log. */
export type ConsoleStamp = {
  /** The entry's; what was sent before a reload is told by it. */
  readonly serial: number;
  /** The entry that caused it; `null` for what comes from outside. */
  readonly causedBy: number | null;
  /** Milliseconds since 1970, the server's clock; in a simulated world since its beginning. */
  readonly atMs: number;
  /** Whose it is: a peer's id, `room server` or `world`. */
  readonly peer: string;
};

/** A line of one of the two windows. */
export interface ConsoleNotice extends ConsoleStamp {
  /** The windows that show it; a poke is shown in both. */
  readonly windows: readonly Window[];
  readonly type: string;
  /** The sentence that a terminal would show, without the nickname in front of a chat message. */
  readonly text: string;
  /** Who speaks, for a chat message. */
  readonly speaker: string | null;
  readonly isOwn: boolean;
}

/** Who is at the other end of a frame. */
export type Party =
  | { readonly kind: 'room server' }
  | { readonly kind: 'member'; readonly hid: string; readonly user: string }
  /** Not known (yet): an address. */
  | { readonly kind: 'address'; readonly address: string };

/** A frame that came in or went out. */
export interface ConsoleFrame extends ConsoleStamp {
  readonly direction: 'in' | 'out';
  readonly party: Party;
  /** `forward-1`, `backward-3`, `room server` or `datagram`. */
  readonly via: string;
  readonly kind: Frame['kind'] | 'MALFORMED';
  /** Base64; at most `CONSOLE_LIMITS.frameShownMaxBytes` of the frame. */
  readonly bytes: string;
  /** Length of the whole frame. */
  readonly size: number;
  /** Which message a TEXT carries. */
  readonly message: { readonly originHid: string; readonly msgId: number } | null;
}

/** A frame that was neither shown nor forwarded, and why. */
export interface ConsoleDrop extends ConsoleStamp {
  readonly kind: string;
  readonly via: string;
  readonly what: string;
}

/** What has become of a connection, at one of its ends. */
export type ConsoleConnection = Pick<EntryOf<'connection'>, 'what' | 'by' | 'local' | 'remote' | 'reason'>;

/** Whatever else has happened: commands, timers, connections, machines, faults; all of who is no peer. */
export interface ConsoleHappening extends ConsoleStamp {
  readonly kind: LogEntry['type'];
  /** A short sentence. */
  readonly words: string;
  /** Of a connection only. */
  readonly connection?: ConsoleConnection;
}

/** What has happened to a machine, as the log has it; of a machine's first actor with its definition. */
export type MachineEntry = EntryOf<'actor'> | EntryOf<'transition'>;

/** Here entries are missing: a bound has cut them. The serial and the time are those of the last. */
export interface ConsoleGap extends ConsoleStamp {
  readonly of: EntryOf<'gap'>['of'];
  readonly missing: number;
}

/** The console makes these ids itself: `peer-1`. */
const PEER_ID_MAX_CHARACTERS = 32;

/** What entries of the log are to a page (room-messages.ts). */
export type RoomMessage =
  | (ConsoleStamp & { readonly type: 'status'; readonly status: ConsoleStatus })
  /** The whole member list, in HID order, whenever it or a mark of a link has changed. */
  | (ConsoleStamp & { readonly type: 'members'; readonly members: readonly MemberStatus[] })
  | { readonly type: 'notices'; readonly notices: readonly ConsoleNotice[] }
  | { readonly type: 'frames'; readonly frames: readonly ConsoleFrame[] }
  | { readonly type: 'drops'; readonly drops: readonly ConsoleDrop[] }
  | { readonly type: 'happenings'; readonly happenings: readonly ConsoleHappening[] }
  | { readonly type: 'machines'; readonly entries: readonly MachineEntry[] }
  | { readonly type: 'gaps'; readonly gaps: readonly ConsoleGap[] };

/** What the server tells. */
export type ServerMessage =
  | {
      readonly type: 'hello';
      readonly version: string;
      /** Names the log that is told: another log has other serials. */
      readonly log: string;
      readonly isDemo: boolean;
      /** True over a recording: nobody is there to take a command. */
      readonly isRecording: boolean;
      /** The lesson to begin with; only over the world of the lessons. */
      readonly lesson?: string;
      readonly roomServer: { readonly host: string; readonly port: number };
      readonly peers: readonly ConsolePeer[];
      /** The most of each that the server keeps, and the page should. */
      readonly keeps: {
        readonly notices: number;
        readonly frames: number;
        readonly drops: number;
        /** Changes of links and members of a peer. */
        readonly changes: number;
        /** Of all parties together. */
        readonly happenings: number;
      };
    }
  /** Some peer has started, ended, been split off or come back. */
  | { readonly type: 'peers'; readonly peers: readonly ConsolePeer[] }
  /** What has happened, in the order of the serials. */
  | { readonly type: 'entries'; readonly entries: readonly LogEntry[] }
  /** An event of this page was not sent to the machine. */
  | {
      readonly type: 'refused';
      /** Serial of the start of the actor. */
      readonly start: number;
      /** Its type. */
      readonly event: string;
      readonly reason: string;
      readonly atMs: number;
    }
  /** A simulated room only: what of it is something else now; the first time, all of it. */
  | { readonly type: 'room'; readonly room: Partial<RoomState> };

const peer = z.string().min(1).max(PEER_ID_MAX_CHARACTERS);

/** What a user may type; the peer itself refuses what is too long for a message, and says so. */
const command = userCommand(CONSOLE_LIMITS.fieldMaxCharacters);

/** What a page may say; everything else ends its connection with code 1008. */
export const pageMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('command'), peer, command }),
  /** Demo only. `heal` ends a split, `restart` brings a killed peer back under its name and port. */
  z.strictObject({
    type: z.literal('control'),
    peer,
    action: z.enum(['kill', 'restart', 'split', 'heal']),
  }),
  /** To the machine of the actor whose start has this serial; refused where sendable-events.ts lacks it. */
  z.strictObject({
    type: z.literal('event'),
    start: z.int().positive(),
    event: z.looseObject({ type: z.string().max(CONSOLE_LIMITS.fieldMaxCharacters) }),
  }),
  /** A simulated room only. */
  z.strictObject({ type: z.literal('room'), act: roomAct }),
]);

/** What the page tells. */
export type PageMessage = z.infer<typeof pageMessage>;

/** What a page may do to a peer of the demo. */
export type ControlAction = Extract<PageMessage, { type: 'control' }>['action'];
