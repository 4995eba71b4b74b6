/**
 * A running peer: the user machine interpreted with the peer's clock, everything that it spawns, and the
 * questions that a face may ask. It is over when its actor tree is empty and its last connection has ended.
 */
import { filter, type Observable, Subject, take } from 'rxjs';
import { InterpreterStatus, interpret } from 'xstate';
import { AcceptedConnections } from '../actors/accepted-connections.ts';
import { sendDatagram } from '../actors/endpoint.ts';
import { OpenConnections } from '../actors/open-connections.ts';
import { PokeResponder } from '../actors/poke-responder.ts';
import { RatePerSource } from '../actors/rate-per-source.ts';
import { LocalAddresses } from '../actors/signs-of-life.ts';
import { Feed } from '../feed/feed.ts';
import { AwakeTime } from '../io/awake-time.ts';
import type { ForwardLinkContext } from '../machines/forward-link/events.ts';
import type { RoomSessionContext } from '../machines/room-session/events.ts';
import type { UserContext } from '../machines/user/events.ts';
import { getsCopy } from '../overlay/flood.ts';
import { memberKey } from '../overlay/member.ts';
import { Room } from '../overlay/room.ts';
import { PassedOn } from '../overlay/seen/passed-on.ts';
import { SeenCache } from '../overlay/seen/seen-cache.ts';
import type { AttachedLink } from '../relay/attached-link.ts';
import { OutputFlow } from '../relay/flow/output-flow.ts';
import { Journal } from '../relay/mending/journal.ts';
import { Mending } from '../relay/mending/mending.ts';
import type { Sayings } from '../relay/mending/own-messages.ts';
import { Relay, type RelayPorts } from '../relay/relay.ts';
import type { Notice, UserState } from '../words/notices.ts';
import { QueueFullError } from '../words/refusals.ts';
import { refusalOf } from './own-text.ts';
import type { Command, Dialling, Intake, LinkStatus, MemberStatus, Peer, PeerStatus } from './peer-api.ts';
import { buildUserMachine, type PeerOptions, type PeerParts } from './peer-machines.ts';
import { replacedBy } from './replaced-ports.ts';

/** Makes a peer; nothing happens before its `start`. */
export function assemblePeer(options: PeerOptions): Peer {
  return new RunningPeer(options);
}

const UINT32_LIMIT = 0x1_0000_0000;

const ROOM_SERVER_STATES: Readonly<Record<string, string>> = {
  CLOSED: 'not connected',
  BACKING_OFF: 'lost, reconnecting',
  CONNECTING: 'connecting',
  READY: 'connected',
  AWAITING_GROUPS: 'connected, awaiting a reply',
  AWAITING_MEMBERS: 'connected, awaiting a reply',
};

class RunningPeer implements Peer {
  readonly notices;
  readonly trace;
  readonly changes;
  readonly terminated;
  readonly sessionId;
  allowsUtf8: boolean;
  readonly #parts: PeerParts;
  readonly #service;
  readonly #changed = new Subject<void>();
  readonly #over = new Subject<void>();
  #isFirstSearchOver = false;

  constructor(options: PeerOptions) {
    this.allowsUtf8 = options.allowUtf8;
    this.#parts = this.#build(options);
    const { feed } = this.#parts;
    this.notices = feed.notices.asObservable();
    this.trace = feed.trace.asObservable();
    this.changes = this.#changed.asObservable();
    this.terminated = this.#over.asObservable();
    const devTools = options.isInspected ?? false;
    this.#service = interpret(buildUserMachine(this.#parts), { clock: options.clock, devTools });
    this.sessionId = this.#service.sessionId;
    this.#service.onTransition(() => this.#changed.next());
    this.#service.onDone(() => this.#release());
    feed.notices.pipe(filter(endsFirstSearch), take(1)).subscribe(() => {
      this.#isFirstSearchOver = true;
      this.#changed.next();
    });
  }

  get dialling(): Dialling | null {
    const search = this.#context().forwardLink?.getSnapshot();
    const { dials = [] }: Partial<ForwardLinkContext> = search?.context ?? {};
    const last = dials.at(-1)?.member;
    if (!last) return null;
    const candidates = this.#parts.room.candidates();
    const place = candidates.findIndex((member) => memberKey(member) === memberKey(last));
    return { user: last.user, number: Math.max(place, 0) + 1, count: candidates.length };
  }

  get intake(): Intake {
    if (this.#state === 'JOINED' && !this.#isFirstSearchOver) return 'searching';
    return this.#parts.relay.flow.isBusy ? 'busy' : 'open';
  }

  get isDelivered(): boolean {
    return this.#parts.relay.isIdle;
  }

  taken(): Observable<void> {
    return this.#parts.relay.taken();
  }

  get unheard(): Sayings {
    return this.#parts.relay.unheard;
  }

  awaitOutput(queuedBytes: () => number): OutputFlow {
    const { relay, options } = this.#parts;
    return new OutputFlow(relay.flow, options.limits, queuedBytes);
  }

  start(before: readonly Notice[] = []): void {
    const { feed, awake, options } = this.#parts;
    awake.start();
    for (const notice of before) feed.report(notice);
    feed.report({ window: 'command', type: 'listening', port: options.endpoint.port });
    this.#service.start();
    const { session, connectivity } = this.#service.state.context;
    session?.subscribe(() => this.#changed.next());
    connectivity?.subscribe(() => this.#changed.next());
  }

  send(command: Command): void {
    if (this.#state !== 'TERMINATED') this.#service.send(command);
  }

  /**
   * The lists are made when they are looked at: a status is asked for with every change, mostly for its
   * state.
   */
  status(): PeerStatus {
    const { options, room, feed } = this.#parts;
    const { user, connectivity } = this.#context();
    const lists = {
      members: () => this.#members(),
      links: () => this.#links(),
      pending: () => this.#pending(),
      counters: () => this.#counters(),
    };
    return {
      state: this.#state,
      user,
      room: this.#state === 'JOINED' || this.#state === 'CONNECTED' ? room.name : null,
      self: room.self,
      port: options.endpoint.port,
      isOffline: connectivity?.getSnapshot()?.matches('OFFLINE') ?? false,
      roomServer: { ...options.roomServer, state: this.#roomServerState() },
      rooms: feed.rooms,
      get members() {
        return lists.members();
      },
      get links() {
        return lists.links();
      },
      get pending() {
        return lists.pending();
      },
      get counters() {
        return lists.counters();
      },
    };
  }

  #counters(): PeerStatus['counters'] {
    const { feed, room, open } = this.#parts;
    return {
      'connections open': open.count,
      'messages remembered': room.seen.size,
      'pokes under way': this.#context().pokes.length,
      ...feed.counters.snapshot(),
    };
  }

  #build(options: PeerOptions): PeerParts {
    const { clock, limits, endpoint } = options;
    const feed = new Feed(clock, limits);
    const journal = replacedBy(new Journal(limits), options.replaced?.journal);
    const seed = options.hashSeed ?? Math.floor(options.random.next() * UINT32_LIMIT);
    const seen = new SeenCache(limits, seed, (originHid, msgId) => mending.newIncarnation(originHid, msgId));
    const passedOn = new PassedOn(limits);
    const room = replacedBy(
      new Room<AttachedLink>({ ...limits, name: () => this.#context().room, seen, passedOn, seed }),
      options.replaced?.room,
    );
    const { isCatchingUp = true } = options;
    const mending: Mending = new Mending({ clock, limits, room, feed, journal, isCatchingUp });
    const freshListNeeded = () => this.#service.send({ type: 'FRESH_LIST_NEEDED' });
    const awake = new AwakeTime(clock, limits);
    const busyChanged = () => this.#changed.next();
    const relayPorts: RelayPorts = {
      clock,
      awake,
      limits,
      room,
      feed,
      mending,
      getsCopy,
      freshListNeeded,
      busyChanged,
    };
    const relay = new Relay(replacedBy(relayPorts, options.replaced?.relay));
    const pokeRate = () => new RatePerSource(clock, limits.rateSourcesMax, limits.pokesInTotalPerSecondMax);
    const pokeResponder = new PokeResponder({
      room,
      feed,
      limits,
      rates: { members: pokeRate(), others: pokeRate() },
      send: (frame, to) => sendDatagram(endpoint, feed, frame, to),
      freshListNeeded: (user) => relay.askFor(user),
    });
    const open = new OpenConnections(clock, limits);
    const accepted = new AcceptedConnections();
    const refusal = (text: string) =>
      refusalOf(text, this.allowsUtf8, limits) ?? (relay.flow.isFull ? new QueueFullError() : undefined);
    return {
      options,
      feed,
      awake,
      room,
      relay,
      mending,
      open,
      accepted,
      pokeResponder,
      refusalOf: refusal,
      addresses: new LocalAddresses(options.network),
      nickname: () => this.#context().user,
    };
  }

  /** The machine's own state; before the start there is none yet, only what it will begin with. */
  get #state(): UserState {
    const isStarted = this.#service.status !== InterpreterStatus.NotStarted;
    return isStarted ? userStateOf(this.#service.getSnapshot().value) : 'START';
  }

  /** Before the start there is no context yet, only what it will begin with. */
  #context(): UserContext {
    return this.#service.initialized ? this.#service.state.context : this.#service.machine.context;
  }

  #members(): MemberStatus[] {
    const { room } = this.#parts;
    return room.membership.ring.map((member) => ({
      ...member,
      isSelf: member.hid === room.self?.hid,
      links: room.links.directionsTo(member.hid),
    }));
  }

  #links(): LinkStatus[] {
    const { links } = this.#parts.room;
    return links.all().map(({ id, direction, member, dropped }) => ({ id, direction, member, dropped }));
  }

  #pending(): PeerStatus['pending'] {
    const { session, pokes } = this.#context();
    const asked = session?.getSnapshot();
    const { waiting = [] }: Partial<RoomSessionContext> = asked?.context ?? {};
    const isListing = waiting.includes('LIST') || asked?.matches('connection.ONLINE.AWAITING_GROUPS');
    return [
      ...(isListing ? ['LIST' as const] : []),
      ...(this.#service.initialized && this.#service.state.matches('NAMED.JOINING') ? ['JOIN' as const] : []),
      ...pokes.filter(({ ref }) => ref.getSnapshot()?.matches('WAITING')).map(() => 'POKE' as const),
    ];
  }

  #roomServerState(): string {
    const value: unknown = this.#context().session?.getSnapshot()?.value?.connection;
    return ROOM_SERVER_STATES[innermost(value)] ?? innermost(value);
  }

  #release(): void {
    const { open, feed, awake, relay } = this.#parts;
    awake.stop();
    relay.stop();
    open.endAll();
    open.allClosed().subscribe(() => {
      feed.stop();
      this.#changed.complete();
      this.#over.next();
      this.#over.complete();
    });
  }
}

/** The first search has found somebody, or nobody, or somebody has found us. */
function endsFirstSearch({ type }: Notice): boolean {
  return type === 'forward linked' || type === 'backward linked' || type === 'search exhausted';
}

/** The state of the assignment's diagram, by a value of the user machine. */
function userStateOf(value: unknown): UserState {
  if (typeof value === 'string') return value as UserState;
  const [[outer, inner] = []] = Object.entries(value as object);
  return (outer === 'IN_ROOM' ? inner : outer) as UserState;
}

function innermost(value: unknown): string {
  return typeof value === 'string'
    ? value
    : innermost(Object.values((value ?? { none: 'CLOSED' }) as object)[0]);
}
