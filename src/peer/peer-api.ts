/**
 * What a face (REPL, line mode, web console) and the composition root know of a peer: commands in, notices
 * out, and a snapshot for the questions that change nothing.
 */
import type { Observable } from 'rxjs';
import type { Trace } from '../feed/trace.ts';
import type { UserCommand } from '../machines/user/events.ts';
import type { Link, LinkDirection } from '../overlay/link-table.ts';
import type { Member } from '../overlay/member.ts';
import type { OutputFlow } from '../relay/flow/output-flow.ts';
import type { Sayings } from '../relay/mending/own-messages.ts';
import type { Notice, UserState } from '../words/notices.ts';

/** The six commands of the assignment; what is wrong in them the peer refuses. */
export type Command = UserCommand;

/** A member and how we are linked to it. */
export interface MemberStatus extends Member {
  readonly isSelf: boolean;
  /** Empty where there is no direct link. */
  readonly links: readonly LinkDirection[];
}

/** One link that is up. */
export interface LinkStatus extends Link {
  /** Frames of this link that were dropped, by kind. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** A peer at one moment; plain data. Its lists are those of the moment when they are looked at. */
export interface PeerStatus {
  readonly state: UserState;
  readonly user: string | null;
  readonly room: string | null;
  /** Our own entry, once the address that we tell others is known. */
  readonly self: Member | null;
  readonly port: number;
  readonly roomServer: { readonly host: string; readonly port: number; readonly state: string };
  /** True while nobody is heard at all, though something was written. */
  readonly isOffline: boolean;
  /** In numeric HID order. */
  readonly members: readonly MemberStatus[];
  readonly links: readonly LinkStatus[];
  /** What the user has asked for and has not been told yet. */
  readonly pending: readonly ('LIST' | 'JOIN' | 'POKE')[];
  /** Room names of the last LIST. */
  readonly rooms: readonly string[];
  /** Counters by name, for /status: frames in and out, dropped by kind, … */
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * Whether messages may be given now. `searching`: the first search for a link is under way, and a message
 * given now would be shown here only. `busy`: the links have not taken what was given before; a message is
 * taken all the same, up to a bound (limits/, linkQueueMaxBytes), over which it is refused.
 */
export type Intake = 'open' | 'searching' | 'busy';

/** A member that is being dialled while there is no forward link. */
export interface Dialling {
  readonly user: string;
  /** Which of the members that can be dialled it is, from 1, in the order of the search. */
  readonly number: number;
  readonly count: number;
}

/** A peer. */
export interface Peer {
  /** Everything the windows show, in order. Hot: subscribe before the first command. Completes after Quit. */
  readonly notices: Observable<Notice>;
  /** All frames in and out and every transition; costs nothing while nobody subscribes. */
  readonly trace: Observable<Trace>;
  /**
   * Emits when something that a prompt or a status line shows may have changed; never more than once per
   * event.
   */
  readonly changes: Observable<void>;
  /** Emits once and completes when the peer is TERMINATED and everything is released. */
  readonly terminated: Observable<void>;
  /** Whether messages may be given now; `changes` emits when that changes. Cheap to ask. */
  readonly intake: Intake;
  /** Whom the search for a forward link is dialling; the last of them where there are several. */
  readonly dialling: Dialling | null;
  /** True while every link has taken all that it was given. */
  readonly isDelivered: boolean;
  /** Whether texts that are not ASCII are sent; may be changed at any time. */
  allowsUtf8: boolean;
  /**
   * Emits once and completes when every link that is up now has taken what it was given until now, or has
   * ended; at once where nothing waits.
   */
  taken(): Observable<void>;
  /** Own messages that have reached nobody, or may have reached nobody, as far as is known now. */
  readonly unheard: Sayings;
  /** What the inspector calls the root of its actor tree: unique in this process, another in every run. */
  readonly sessionId: string;
  /**
   * Brings the peer to START, once.
   * @param before what the user is to be told first: what happened before there was a peer.
   */
  start(before?: readonly Notice[]): void;
  /**
   * Makes the room wait for an output that must miss nothing, as it waits for a link: while too much waits
   * for the output, nothing is read from the links, and `intake` is `busy`. Who takes nothing for seconds is
   * not waited for (relay/output-flow.ts). For one output of a peer.
   * @param queuedBytes what waits for it now.
   */
  awaitOutput(queuedBytes: () => number): OutputFlow;
  /** Executes a command. What is refused at once is reported as a `refused` notice before this returns. */
  send(command: Command): void;
  /** Also before `start` and after the end. */
  status(): PeerStatus;
}
