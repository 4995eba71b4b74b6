/**
 * One party of a log: gives it its network and its clock, which see all that it does, and follows what it
 * tells. A party may have several lives, one after the other.
 */
import { Subscription } from 'rxjs';
import type { Clock } from '../io/clock.ts';
import type { Network } from '../io/network.ts';
import type { Peer } from '../peer/peer-api.ts';
import { describe, type Notice } from '../words/notices.ts';
import type { EntryBody } from './entry.ts';
import type { Log } from './log.ts';
import { LoggedPeer } from './logged-peer.ts';
import type { FrameRate } from './watch/frame-budget.ts';
import { type MachineTold, MachineWatch } from './watch/machine-watch.ts';
import { WatchedClock } from './watch/watched-clock.ts';
import { NetworkWatch } from './watch/watched-network.ts';
import type { Wires } from './watch/wires.ts';

/** What it needs of its log. */
interface PartyLogPorts {
  readonly log: Log;
  readonly wires: Wires;
  /** Hears of what happens to its machines. */
  readonly told: (told: MachineTold) => void;
  readonly frameRate?: FrameRate | undefined;
  /** Its machines are those below this one, by session id. */
  readonly machinesOf: (rootSession: string, watch: MachineWatch) => void;
}

/** Notices that may have changed the member list or the marks of links in it: making it costs much. */
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
export class PartyLog {
  readonly #name: string;
  readonly #ports: PartyLogPorts;
  readonly #network: NetworkWatch;
  #following: Subscription | undefined;
  #told = new LastTold();
  #areMembersStale = true;

  /** @param name at most 64 characters, unique in its log. */
  constructor(name: string, ports: PartyLogPorts) {
    this.#name = name;
    this.#ports = ports;
    this.#network = new NetworkWatch({ ...ports, party: name });
  }

  /** The network as the party is to see it. */
  network(network: Network): Network {
    return this.#network.watch(network);
  }

  /** The clock, likewise. */
  clock(clock: Clock): Clock {
    return new WatchedClock(clock, this.#ports.log, this.#name);
  }

  /**
   * Follows a life from before its start.
   * @returns the peer whose commands are in the log.
   */
  follow(peer: Peer): Peer {
    const { log, told, machinesOf } = this.#ports;
    machinesOf(peer.sessionId, new MachineWatch({ log, told, party: this.#name }));
    this.#following?.unsubscribe();
    const { serial: life } = this.#append({ type: 'life', what: 'started' }, null);
    // Not one of them inside another: the first to complete would take the others with it.
    this.#following = new Subscription();
    this.#told = new LastTold();
    this.#following.add(peer.notices.subscribe((notice) => this.#noticed(notice)));
    this.#following.add(
      peer.trace.subscribe((trace) => {
        if (trace.type === 'frames') this.#network.traced(trace);
        if (trace.type !== 'dropped') return;
        const { kind: reason, via, what, frame } = trace;
        const causedBy = frame && this.#network.serialOf(frame);
        this.#append({ type: 'drop', reason, via, what }, causedBy ?? log.cause);
      }),
    );
    this.#areMembersStale = true;
    const tellStatus = () => this.#tellStatus(peer);
    this.#following.add(peer.changes.subscribe(() => log.atEnd(tellStatus)));
    this.#following.add(peer.terminated.subscribe(() => this.ended()));
    return new LoggedPeer(peer, {
      start: (run) => log.within(life, run),
      command: (command, run) => {
        const { serial } = this.#append({ type: 'command', command: { ...command } }, null);
        log.within(serial, run);
      },
    });
  }

  /** A line of a party that is no peer. @param notice its type, such as `joined`. */
  report(notice: string, text: string): void {
    this.#append({ type: 'notice', window: 'command', notice, text, speaker: null, isOwn: false });
  }

  /** The life is over; also where nobody was told. */
  ended(): void {
    if (!this.#following) return;
    this.#following.unsubscribe();
    this.#following = undefined;
    this.#append({ type: 'life', what: 'ended' });
  }

  #noticed(notice: Notice): void {
    if (notice.type !== 'text') {
      const { window, type } = notice;
      if (MEMBERS_CHANGE.has(type)) this.#areMembersStale = true;
      // Whoever has the address of the console comes in: it is in no log.
      const text = type === 'console opened' ? 'The web console is open.' : describe(notice);
      this.#append({ type: 'notice', window, notice: type, text, speaker: null, isOwn: false });
      return;
    }
    const { log } = this.#ports;
    // The frames of an unread chunk are not in the log.
    const isUnknown = notice.own || this.#network.isUnread;
    const brought = isUnknown ? undefined : this.#network.texts.of(notice.originHid, notice.msgId);
    log.addText(this.#name, notice, brought ?? log.cause);
  }

  /** What the peer is, where that is something else than what the log says. */
  #tellStatus(peer: Peer): void {
    const now = peer.status();
    const { state, user, room, self, port, isOffline, roomServer, links, pending, rooms } = now;
    const shown = { state, user, room, self, port, isOffline, roomServer, pending: [...pending] };
    const linked = links.map(({ id, direction, member }) => ({ id, direction, member }));
    const status = { ...shown, links: linked, rooms: [...rooms] };
    if (this.#told.isNew('status', status)) this.#append({ type: 'status', status });
    if (!this.#areMembersStale) return;
    this.#areMembersStale = false;
    const listed = now.members.map((member) => ({ ...member, links: [...member.links] }));
    if (this.#told.isNew('members', listed)) this.#append({ type: 'members', members: listed });
  }

  #append(body: EntryBody, causedBy?: number | null) {
    return this.#ports.log.append(this.#name, body, causedBy);
  }
}

/** What was told last of each kind, to be told again only when it is something else. */
class LastTold {
  readonly #texts = new Map<string, string>();

  isNew(kind: string, value: object): boolean {
    const text = JSON.stringify(value);
    if (this.#texts.get(kind) === text) return false;
    this.#texts.set(kind, text);
    return true;
  }
}
