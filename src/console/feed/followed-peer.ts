/**
 * One of the console's peers: what it tells goes into the history, what it is becomes text for the pages. It
 * outlives the peer, and may follow another one after it (a killed peer that is started again keeps its
 * place).
 *
 * Cost while no page is open: one object a notice and a batch of frames; statuses are made when a page is
 * there.
 */
import { Subscription } from 'rxjs';
import type { Trace } from '../../feed/trace.ts';
import type { Clock } from '../../io/clock.ts';
import { WAITING_COMMANDS_MAX } from '../../limits/peer.ts';
import type { Command, Peer } from '../../peer/peer-api.ts';
import { WaitingCommands } from '../../peer/waiting-commands.ts';
import { describe, type Notice, type Window } from '../../words/notices.ts';
import { QueueFullError } from '../../words/refusals.ts';
import type { ConsoleLimits } from '../limits.ts';
import type { History } from './history.ts';
import type { ConsolePeer, ConsoleStatus, ServerMessage } from './messages.ts';
import { PartyBook } from './party-book.ts';

/** What it needs of its console. */
export interface FollowedPeerPorts {
  readonly clock: Pick<Clock, 'timeOfDay'>;
  readonly limits: Pick<ConsoleLimits, 'noticeMaxCharacters' | 'partiesMax'>;
  readonly history: History;
  /** Something has happened that pages should hear of. MUST NOT block. */
  changed(): void;
  /** It runs or has ended, or has been split off. MUST NOT block. */
  peersChanged(): void;
}

/** Text that is sent again only when it has become another one. */
interface Told {
  /** Counts the changes; 0 before the first text. */
  readonly version: number;
  /** What it says, whenever it says it. */
  readonly said: string;
  readonly text: string;
}

type StatusMessage = Extract<ServerMessage, { type: 'status' | 'members' }>;
type Untimed<Message> = Message extends unknown ? Omit<Message, 'atMs'> : never;

const NOTHING: Told = { version: 0, said: '', text: '' };

/** Notices that may have changed the member list or the marks of links in it. */
const MEMBERS_CHANGE: ReadonlySet<Notice['type']> = new Set<Notice['type']>([
  'joined',
  'members changed',
  'state',
  'forward linked',
  'forward lost',
  'forward failback',
  'forward yielded',
  'backward linked',
  'backward lost',
]);

/** See above. */
export class FollowedPeer {
  readonly id: string;
  readonly #label: string;
  readonly #ports: FollowedPeerPorts;
  #peer: Peer | null = null;
  /** A peer that has ended has forgotten its name; whoever looks at its place has not. */
  #user: string | null = null;
  #isRunning = false;
  #isSplitOff = false;
  #commands: WaitingCommands | undefined;
  #following = new Subscription();
  #isStatusStale = false;
  #areMembersStale = false;
  #status = NOTHING;
  #members = NOTHING;

  constructor(id: string, label: string, ports: FollowedPeerPorts) {
    this.id = id;
    this.#label = label;
    this.#ports = ports;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get isSplitOff(): boolean {
    return this.#isSplitOff;
  }

  set isSplitOff(isSplitOff: boolean) {
    this.#isSplitOff = isSplitOff;
    this.#ports.peersChanged();
  }

  /** Follows a peer from now on: MUST be called before its start. */
  follow(peer: Peer): void {
    this.forget();
    this.#peer = peer;
    this.#user = null;
    this.#isRunning = true;
    const parties = new PartyBook(this.#ports.limits.partiesMax);
    // Not one of them inside another: the first to complete would take the others with it.
    this.#following = new Subscription();
    this.#commands = new WaitingCommands(peer, WAITING_COMMANDS_MAX);
    this.#following.add(
      peer.notices.subscribe((notice) => {
        parties.learn(notice);
        this.#noticed(notice);
      }),
    );
    this.#following.add(peer.trace.subscribe((trace) => this.#traced(trace, parties)));
    this.#following.add(
      peer.changes.subscribe(() => {
        this.#isStatusStale = true;
        this.#ports.changed();
      }),
    );
    this.#following.add(peer.terminated.subscribe(() => this.forget()));
    this.#isStatusStale = true;
    this.#areMembersStale = true;
    this.#ports.peersChanged();
  }

  /** It has ended, or is about to without anybody hearing of it. */
  forget(): void {
    if (!this.#isRunning) return;
    this.#commands?.stop();
    this.#following.unsubscribe();
    this.#isRunning = false;
    this.#isStatusStale = true;
    this.#ports.peersChanged();
  }

  /**
   * Gives it a command, now or when its links take more.
   * @returns why it can't be given; `undefined` where it can.
   */
  send(command: Command): string | undefined {
    if (!this.#isRunning || !this.#commands) return 'This peer is not running.';
    return this.#commands.send(command) ? undefined : new QueueFullError().message;
  }

  /** A line of the console itself in this peer's Command window. */
  report(text: string): void {
    this.#addNotice({ window: 'command', type: 'console' }, text);
  }

  describe(): ConsolePeer {
    const rootSession = this.#isRunning && this.#peer ? this.#peer.sessionId : null;
    return {
      id: this.id,
      label: this.#label,
      isRunning: this.#isRunning,
      isSplitOff: this.#isSplitOff,
      rootSession,
    };
  }

  /** The message `status` of this moment; the same version as before where nothing has changed. */
  status(): Told {
    if (this.#isStatusStale && this.#peer) {
      this.#isStatusStale = false;
      const status = statusOf(this.#peer);
      const named = { ...status, user: status.user ?? this.#user };
      this.#status = this.#told(this.#status, { type: 'status', peer: this.id, status: named });
    }
    return this.#status;
  }

  /** The message `members` of this moment, likewise. */
  members(): Told {
    if (this.#areMembersStale && this.#peer) {
      this.#areMembersStale = false;
      const { members } = this.#peer.status();
      const message = { type: 'members', peer: this.id, members } as const;
      this.#members = this.#told(this.#members, message);
    }
    return this.#members;
  }

  #noticed(notice: Notice): void {
    // Its URL lets in whoever has it: a page, which is in already, must not show it.
    if (notice.type === 'console opened') return;
    if (notice.type === 'text') {
      this.#addNotice(notice, notice.content, notice.user, notice.own);
      return;
    }
    if (notice.type === 'named') this.#user = notice.user;
    if (MEMBERS_CHANGE.has(notice.type)) this.#areMembersStale = true;
    this.#addNotice(notice, describe(notice));
  }

  #shortened(text: string): string {
    const { noticeMaxCharacters } = this.#ports.limits;
    return text.length > noticeMaxCharacters ? `${text.slice(0, noticeMaxCharacters - 1)}…` : text;
  }

  /** The same as before where nothing but the time has changed. */
  #told(last: Told, message: Untimed<StatusMessage>): Told {
    const said = JSON.stringify(message);
    if (said === last.said) return last;
    const timed: ServerMessage = { ...message, atMs: this.#ports.clock.timeOfDay() };
    return { version: last.version + 1, said, text: JSON.stringify(timed) };
  }

  /** Called for every message: it makes one object and no more. */
  #addNotice({ window, type }: NoticeKind, said: string, speaker: string | null = null, isOwn = false): void {
    const { clock, history, changed } = this.#ports;
    history.notices.add({
      serial: history.notices.next,
      peer: this.id,
      atMs: clock.timeOfDay(),
      windows: SHOWN_IN[window],
      type,
      text: this.#shortened(said),
      speaker,
      isOwn,
    });
    changed();
  }

  #traced(trace: Trace, parties: PartyBook): void {
    const { history, clock, changed } = this.#ports;
    const { id: peer } = this;
    const atMs = clock.timeOfDay();
    if (trace.type === 'frames') {
      const { direction, via, frames } = trace;
      history.frames.add({ peer, atMs, direction, via, party: parties.of(trace) }, frames);
    } else if (trace.type === 'dropped') {
      const { kind, via, what } = trace;
      history.drops.add({ serial: history.drops.next, peer, atMs, kind, via, what });
    } else return;
    // Counters that no machine hears of are in the status.
    this.#isStatusStale = true;
    changed();
  }
}

interface NoticeKind {
  readonly window: Window;
  readonly type: string;
}

const SHOWN_IN: Readonly<Record<Window, readonly Window[]>> = { message: ['message'], command: ['command'] };

/** Field by field: a status makes its lists when they are looked at, and members are looked at seldom. */
function statusOf(peer: Peer): ConsoleStatus {
  const { state, user, room, self, port, isOffline } = peer.status();
  const { roomServer, links, pending, rooms, counters } = peer.status();
  return { state, user, room, self, port, isOffline, roomServer, links, pending, rooms, counters };
}
