/**
 * One peer of a simulated world through all its incarnations: starts and ends its process, does what its user
 * does, and tells the world what its windows show. Our program and other implementations have one face.
 */

import { openEndpoint } from '../actors/endpoint.ts';
import type { Clock } from '../io/clock.ts';
import type { MemoryNetwork } from '../io/memory/memory-network.ts';
import type { SimulatedProcess } from '../io/memory/process.ts';
import type { SeededRandom } from '../io/memory/seeded-random.ts';
import type { Endpoint, Network } from '../io/network.ts';
import { PEER_LIMITS } from '../limits/peer.ts';
import type { RoomLog } from '../log/room-log.ts';
import { assemblePeer } from '../peer/peer.ts';
import type { Peer, PeerStatus } from '../peer/peer-api.ts';
import { hashId } from '../protocol/hash-id.ts';
import { readFrame } from '../protocol/read-frame.ts';
import type { Notice, UserState } from '../words/notices.ts';
import { RequestWatch } from './checks/request-watch.ts';
import { OTHER_KINDS, passesAllOn } from './others/other-duplicates.ts';
import { OtherPeer } from './others/other-peer.ts';
import { isReadByOthers } from './others/wire-habits.ts';
import type { PlannedPeer } from './plan.ts';
import type { RecordedPeer } from './recording.ts';
import type { Variant } from './stage/variant.ts';

/** A message in the window of a peer. */
export interface ShownText {
  readonly user: string;
  readonly originHid: string;
  readonly content: string;
  /** The member that has handed it over, and the link, where that is known. */
  readonly via: string | null;
  readonly link: string | null;
}

/** What a peer tells its world. */
export interface PeerEvents {
  shown(peer: SimulatedPeer, text: ShownText): void;
  noticed(peer: SimulatedPeer, notice: Notice): void;
  /** Something that an invariant looks at may have changed. */
  changed(peer: SimulatedPeer): void;
  /** A TEXT with this content has been written to one link. */
  wrote(content: string): void;
  /** It has asked the room server in a way that it must not (invariant 4). */
  violated(peer: SimulatedPeer, what: string): void;
  /** One of ours is about to start, on this clock. */
  created?(peer: SimulatedPeer, created: Peer, clock: Clock): void;
  /** Its process has died: none of its machines does anything any more. */
  died?(peer: SimulatedPeer, created: Peer): void;
}

/** What all peers of a world have in common. */
interface PeerSurroundings {
  readonly network: MemoryNetwork;
  readonly roomServer: Endpoint;
  readonly room: string;
  readonly port: number;
  readonly variant: Variant;
  readonly events: PeerEvents;
  /** Where all that its peers of ours do is kept; nowhere by default. */
  readonly log: RoomLog | undefined;
  /** The network of a process as it is captured; itself where nothing is. */
  captured(network: Network, host: string): Network;
}

interface Incarnation {
  readonly number: number;
  readonly process: SimulatedProcess;
  readonly network: Network;
  readonly fromMs: number;
  readonly watch: RequestWatch;
  peer: Peer | null;
  other: OtherPeer | null;
  /** Names of those that its links are with, by link. */
  readonly members: Map<string, string>;
  /** When it was in the room for the first time. */
  joinedMs: number | null;
  isOver: boolean;
}

/** One peer of a world, see above. */
export class SimulatedPeer {
  readonly index: number;
  readonly plan: PlannedPeer;
  readonly hid: string;
  readonly #incarnations: { readonly fromMs: number; readonly toMs: number; readonly end: string }[] = [];
  readonly #surroundings: PeerSurroundings;
  readonly #random: SeededRandom;
  #incarnation: Incarnation | null = null;
  readonly #quitProcesses: SimulatedProcess[] = [];
  #incarnationCount = 0;
  #isPaused = false;
  /** Its user has quit: it never comes back. */
  hasQuit = false;

  constructor(index: number, plan: PlannedPeer, surroundings: PeerSurroundings, random: SeededRandom) {
    this.index = index;
    this.plan = plan;
    this.#surroundings = surroundings;
    this.#random = random;
    this.hid = hashId(plan.name, plan.ip, surroundings.port);
  }

  get name(): string {
    return this.plan.name;
  }

  get isOurs(): boolean {
    return this.plan.kind === 'ours';
  }

  /** True if it shows some of what comes again, as another implementation may. */
  get showsAgain(): boolean {
    const { duplicates } = this.plan;
    return duplicates !== null && OTHER_KINDS[duplicates].showsAgain;
  }

  /** True if it shows and passes on every message that reaches it. @param hasRestarts of anybody. */
  passesAllOn(hasRestarts: boolean): boolean {
    const { duplicates, habit } = this.plan;
    return duplicates === null || (isReadByOthers(habit) && passesAllOn(duplicates, hasRestarts));
  }

  get isAlive(): boolean {
    return this.#incarnation !== null;
  }

  /** True while its process stands still. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** True if a message of its user would be sent. */
  canSpeak(): boolean {
    const state = this.status()?.state;
    return state === undefined ? !this.isOurs && this.isAlive : state === 'JOINED' || state === 'CONNECTED';
  }

  /** True if its user may give the next message now: its links have taken what was given before. */
  get takesMore(): boolean {
    return !this.#isPaused && this.canSpeak() && (this.#incarnation?.peer?.intake ?? 'open') === 'open';
  }

  /** Number of the present incarnation, from 1; 0 before the first. */
  get incarnation(): number {
    return this.#incarnationCount;
  }

  /** When the present incarnation began; `null` without one. */
  get aliveSinceMs(): number | null {
    return this.#incarnation?.fromMs ?? null;
  }

  /** When the present incarnation was in the room for the first time; `null` if it never was. */
  get joinedMs(): number | null {
    return this.#incarnation?.joinedMs ?? null;
  }

  /** It has told that it is in this state. */
  entered(state: UserState, nowMs: number): void {
    if (this.#incarnation && (state === 'JOINED' || state === 'CONNECTED'))
      this.#incarnation.joinedMs ??= nowMs;
  }

  /** The most that waits for one of its connections, in bytes. */
  get queuedMaxBytes(): number {
    return this.#incarnation?.process.queuedMaxBytes ?? 0;
  }

  /** For how long the last J is past; 0 while it is not joined over an open connection. */
  get sinceJoinMs(): number {
    return this.#incarnation?.watch.sinceJoinMs() ?? 0;
  }

  status(): PeerStatus | null {
    return this.#incarnation?.peer?.status() ?? null;
  }

  /** Names of the members that it is linked to now. */
  neighbours(): readonly string[] {
    return (
      this.status()?.links.map(({ member }) => member.user) ?? this.#incarnation?.other?.neighbours ?? []
    );
  }

  /** Starts a process on its host, names it and joins the room. */
  start(nowMs: number): void {
    if (this.#incarnation) return;
    this.#incarnationCount += 1;
    const process = this.#surroundings.network.process(this.plan.ip);
    const watch = new RequestWatch(process.clock, (what) => this.#surroundings.events.violated(this, what));
    const number = this.#incarnationCount;
    const incarnation: Incarnation = {
      ...{ number, process, network: this.#surroundings.captured(process.network, process.ip) },
      fromMs: nowMs,
      watch,
      ...{ peer: null, other: null },
      members: new Map(),
      joinedMs: null,
      isOver: false,
    };
    this.#incarnation = incarnation;
    if (this.isOurs) this.#startOurs(incarnation);
    else this.#startOther(incarnation);
  }

  say(content: string): void {
    this.#incarnation?.peer?.send({ type: 'SEND', text: content });
    this.#incarnation?.other?.say(content);
  }

  join(): void {
    this.#incarnation?.peer?.send({ type: 'JOIN', room: this.#surroundings.room });
  }

  poke(name: string): void {
    this.#incarnation?.peer?.send({ type: 'POKE', name });
  }

  quit(nowMs: number): void {
    const incarnation = this.#incarnation;
    if (!incarnation) return;
    this.hasQuit = true;
    incarnation.peer?.send({ type: 'QUIT' });
    incarnation.other?.quit();
    this.#quitProcesses.push(incarnation.process);
    this.#end(nowMs, 'quit');
  }

  /** The peer of its present process; `null` where there is none, and for another implementation. */
  get ours(): Peer | null {
    return this.#incarnation?.peer ?? null;
  }

  pause(): void {
    this.#isPaused = this.#incarnation !== null;
    this.#incarnation?.process.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#incarnation?.process.resume();
    this.#incarnation?.watch.resumed();
  }

  /** Reads nothing from its connections, and all else of it goes on. */
  stopReading(): void {
    this.#incarnation?.process.stopReading();
  }

  readOn(): void {
    this.#incarnation?.process.readOn();
  }

  /** Ends the process as SIGKILL or a power failure does. */
  die(how: 'kill' | 'crash', nowMs: number): void {
    const incarnation = this.#incarnation;
    if (!incarnation) return;
    incarnation.isOver = true;
    if (how === 'kill') incarnation.process.kill();
    else incarnation.process.crash();
    this.#end(nowMs, how);
    if (incarnation.peer) this.#surroundings.events.died?.(this, incarnation.peer);
  }

  /** What it says of itself, for the explanation of a violation. */
  describe(): string {
    const status = this.status();
    if (!this.#incarnation) return `${this.name}: not running`;
    if (!status)
      return `${this.name} (another implementation, ${this.plan.duplicates}, habit ${this.plan.habit}): linked to ${this.neighbours().join(', ') || 'nobody'}`;
    const links = status.links.map(
      ({ direction, member }) => `${direction === 'forward' ? '→' : '←'}${member.user}`,
    );
    const { state, members, roomServer } = status;
    return `${this.name}: ${state}, ${links.join(' ') || 'no links'}, ${members.length} members, room server ${roomServer.state}`;
  }

  /** Its incarnations so far, the present one up to `endMs`. */
  recorded(endMs: number): RecordedPeer {
    const { name, ip, kind, duplicates } = this.plan;
    const present = this.#incarnation
      ? [{ fromMs: this.#incarnation.fromMs, toMs: endMs, end: 'alive' }]
      : [];
    return { name, ip, hid: this.hid, kind, duplicates, incarnations: [...this.#incarnations, ...present] };
  }

  /** What is left of incarnations that ended by Quit, in words; empty if nothing is. */
  leftOver(): string[] {
    return this.#quitProcesses.flatMap(({ usage }) =>
      Object.entries(usage)
        .filter(([, count]) => count > 0)
        .map(([what, count]) => `${count} ${what} of ${this.name}`),
    );
  }

  #end(nowMs: number, end: string): void {
    if (!this.#incarnation) return;
    this.#incarnations.push({ fromMs: this.#incarnation.fromMs, toMs: nowMs, end });
    // Who quits tells so when all is released.
    if (end !== 'quit') this.#surroundings.log?.party(this.name).ended();
    this.#incarnation = null;
    this.#isPaused = false;
  }

  #startOurs(incarnation: Incarnation): void {
    const { roomServer, variant, port, events } = this.#surroundings;
    const { process } = incarnation;
    const watched = incarnation.watch.watch(incarnation.network, roomServer);
    const log = this.#surroundings.log?.party(this.name);
    const network = log?.network(watched) ?? watched;
    openEndpoint(network, '0.0.0.0', [port]).subscribe((endpoint) => {
      const created = assemblePeer({
        network,
        clock: log?.clock(process.clock) ?? process.clock,
        // The label stays as it is: another one would make other worlds of all seeds that are kept.
        random: this.#random.fork(`life ${incarnation.number}`),
        hashSeed: incarnation.number,
        limits: { ...PEER_LIMITS, ...variant.limits },
        endpoint,
        roomServer,
        ...{ allowUtf8: false, strictSource: false },
        isCatchingUp: variant.isCatchingUp ?? true,
        isInspected: log !== undefined,
        ...(variant.replaced ? { replaced: variant.replaced } : {}),
      });
      const peer = log?.follow(created) ?? created;
      incarnation.peer = peer;
      this.#follow(incarnation, peer);
      events.created?.(this, peer, process.clock);
      peer.start();
      peer.send({ type: 'USER', name: this.name });
      this.join();
    });
  }

  #follow(incarnation: Incarnation, peer: Peer): void {
    const { events } = this.#surroundings;
    const via = new Map<string, string>();
    peer.trace.subscribe((trace) => {
      if (trace.type !== 'frames') return;
      for (const { bytes } of trace.frames) {
        const content = contentOf(bytes);
        if (content === undefined) continue;
        if (trace.direction === 'out') events.wrote(content);
        else if (!via.has(content)) via.set(content, trace.via);
      }
    });
    peer.notices.subscribe((notice) => {
      if (incarnation.isOver) return;
      if (notice.type === 'text') this.#shown(notice, via);
      events.noticed(this, notice);
    });
    peer.changes.subscribe(() => {
      if (!incarnation.isOver) events.changed(this);
    });
  }

  #shown(notice: Extract<Notice, { type: 'text' }>, via: Map<string, string>): void {
    const { user, originHid, content, own } = notice;
    const link = own ? null : (via.get(content) ?? null);
    const member = link === null ? null : this.#memberOf(link);
    this.#surroundings.events.shown(this, { user, originHid, content, via: member, link });
  }

  /** Asking for the status with every message would take most of a world's time. */
  #memberOf(link: string): string | null {
    const members = this.#incarnation?.members;
    const known = members?.get(link);
    if (known !== undefined) return known;
    const member = this.status()?.links.find(({ id }) => id === link)?.member.user ?? null;
    if (member !== null) members?.set(link, member);
    return member;
  }

  #startOther(incarnation: Incarnation): void {
    const { roomServer, room, port, events } = this.#surroundings;
    const { network } = incarnation;
    const { clock } = incarnation.process;
    const { name: user, ip } = this.plan;
    const duplicates = OTHER_KINDS[this.plan.duplicates ?? 'exact'].create();
    const habit = this.plan.habit ?? 'none';
    const other = new OtherPeer({ network, clock, roomServer, room, user, ip, port, duplicates, habit });
    incarnation.other = other;
    other.texts.subscribe((text) => {
      if (!incarnation.isOver) events.shown(this, { ...text, via: null, link: null });
    });
    other.start();
  }
}

/** @returns nothing for a frame that is no TEXT. */
function contentOf(bytes: Buffer): string | undefined {
  if (!bytes.subarray(0, TEXT_START.length).equals(TEXT_START)) return undefined;
  const frame = readFrame(bytes);
  return frame?.kind === 'TEXT' ? frame.contentText : undefined;
}

const TEXT_START = Buffer.from('T:', 'latin1');
