/**
 * A simulated world: runs a plan over the in-memory network with the program's own machines, breaks what the
 * plan breaks, and checks the invariants as it goes (docs/SIMULATION.md lists them).
 *
 * Phases: chat and faults until `calmMs`; everything whole, 120 s to become well again; one probe message
 * from everybody; everybody quits, and nothing may be left.
 */
import { createHash } from 'node:crypto';
import type { Observable } from 'rxjs';
import type { Clock } from '../io/clock.ts';
import { SeededRandom } from '../io/memory/seeded-random.ts';
import type { StepClock } from '../io/memory/step-clock.ts';
import { PEER_LIMITS } from '../limits/peer.ts';
import type { RoomLog } from '../log/room-log.ts';
import type { Notice, UserState } from '../words/notices.ts';
import type { WorldActor } from './actor.ts';
import { copiesOfKinds } from './checks/copies.ts';
import { Crossings } from './checks/crossing.ts';
import { LinkedTimes, missedInTheEnd } from './checks/delivered-in-the-end.ts';
import { FLOOD_MS, missingFrom } from './checks/delivery-check.ts';
import { HandingOn } from './checks/handed-on.ts';
import { brokenLinks, INVARIANTS, lateJoin, overfullQueue, unwell, wrongCost } from './checks/invariants.ts';
import type { LinkBook } from './checks/link-book.ts';
import { MessageLedger } from './checks/message-ledger.ts';
import { mustShow } from './checks/probes.ts';
import { quoted } from './checks/quoted.ts';
import { whereLost } from './checks/where-lost.ts';
import type { WorldFaults } from './faults/world-faults.ts';
import { type Plan, type PlannedAction, replayLine } from './plan.ts';
import type { Recording, Violation } from './recording.ts';
import type { PeerEvents, ShownText, SimulatedPeer } from './simulated-peer.ts';
import { Stage } from './stage/stage.ts';
import { traceLine } from './stage/trace-line.ts';
import type { Outcome, WorldOptions } from './world-options.ts';

/** Time to become well again after the last fault (invariant 5). */
const HEALING_MS = 120_000;
const QUITTING_MS = 3_000;
const JOIN_AGAIN_MS = 5_000;
const STEP_MS = 250;

/** Runs one world from its beginning to its end, or to its first violation. */
export function runWorld(plan: Plan, options: WorldOptions = {}): Outcome {
  const steps = worldSteps(plan, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same in steps of a quarter of a simulated second, for a process that has other things to look after.
 */
export function worldSteps(plan: Plan, options: WorldOptions = {}): Generator<void, Outcome> {
  return new World(plan, options).run();
}

class World {
  readonly #plan: Plan;
  readonly #options: WorldOptions;
  readonly #clock: StepClock;
  readonly #peers: readonly SimulatedPeer[];
  readonly #byName: ReadonlyMap<string, SimulatedPeer>;
  readonly #ledger = new MessageLedger();
  readonly #book: LinkBook;
  readonly #linked = new LinkedTimes();
  readonly #crossings = new Crossings();
  readonly #handing = new HandingOn(this.#ledger);
  readonly #faults: WorldFaults;
  readonly #log: RoomLog | undefined;
  readonly #violations: Violation[] = [];
  readonly #hash = createHash('sha256');
  readonly #changed = new Set<SimulatedPeer>();

  constructor(plan: Plan, options: WorldOptions) {
    this.#plan = plan;
    this.#options = options;
    const events = {
      peers: this.#peerEvents(),
      say: (peer: SimulatedPeer, content: string) => this.#say(peer, content, false),
      trace: (line: string) => this.#trace(line),
    };
    const { clock, peers, byName, book, faults, log } = new Stage(plan, options, events, false);
    this.#clock = clock;
    this.#peers = peers;
    this.#byName = byName;
    this.#book = book;
    this.#faults = faults;
    this.#log = log;
  }

  *run(): Generator<void, Outcome> {
    const { calmMs } = this.#plan;
    const phases: readonly (() => Iterable<void> | void)[] = [
      () => this.#begin(),
      () => this.#runUntil(calmMs),
      () => this.#faults.calm(),
      () => this.#runUntil(calmMs + HEALING_MS),
      () => this.#check(INVARIANTS.well, unwell(this.#living())),
      () => this.#probe(),
      () => this.#checkEverythingDelivered(),
      () => this.#quitEverybody(),
    ];
    for (const phase of phases) {
      yield* phase() ?? [];
      if (this.#violations.length > 0) break;
    }
    const recording = this.#record();
    this.#log?.stop();
    return { recording, traceHash: this.#hash.digest('hex'), simulatedMs: this.#clock.now() };
  }

  #begin(): void {
    this.#faults.startServer();
    for (const peer of this.#peers) this.#at(peer.plan.joinMs, () => peer.start(this.#clock.now()));
    for (const fault of this.#plan.faults) this.#faults.schedule(fault);
    for (const action of this.#plan.actions) this.#at(action.atMs, () => this.#act(action));
  }

  /**
   * In steps, so that a broken world is left soon; every step also looks at what changes without an event.
   */
  *#runUntil(untilMs: number): Generator<void> {
    while (this.#clock.now() < untilMs && this.#violations.length === 0) {
      this.#clock.advance(Math.min(STEP_MS, untilMs - this.#clock.now()));
      for (const peer of this.#peers) {
        if (!peer.isPaused) this.#check(INVARIANTS.requests, lateJoin(peer));
        if (peer.isOurs) this.#check(INVARIANTS.queues, overfullQueue(peer, this.#queueMaxBytes));
      }
      yield;
    }
  }

  get #queueMaxBytes(): number {
    return this.#options.variant?.limits?.linkQueueMaxBytes ?? PEER_LIMITS.linkQueueMaxBytes;
  }

  #at(atMs: number, act: () => void): void {
    this.#clock.setTimeout(act, atMs - this.#clock.now());
  }

  #living(): SimulatedPeer[] {
    return this.#peers.filter(({ isAlive }) => isAlive);
  }

  #act({ peer: index, type, text }: PlannedAction): void {
    const peer = this.#peers[index];
    if (!peer?.isAlive || peer.isPaused) return;
    if (type === 'send') this.#say(peer, text, false);
    else if (type === 'poke') peer.poke(text);
    else this.#quit(peer);
  }

  #quit(peer: SimulatedPeer): void {
    this.#trace(`${peer.name} quits`);
    this.#book.allDown(peer.index, this.#clock.now());
    peer.quit(this.#clock.now());
  }

  #say(peer: SimulatedPeer, content: string, isProbe: boolean): void {
    // Before Join a message is refused, and so it is never sent.
    if (!peer.canSpeak()) return;
    const sentMs = this.#clock.now();
    const message = {
      content,
      from: peer.index,
      fromIncarnation: peer.incarnation,
      originHid: peer.hid,
      user: peer.name,
      sentMs,
      isProbe,
    };
    this.#ledger.sent(message);
    peer.say(content);
    this.#at(sentMs + FLOOD_MS, () => this.#checkDelivery(peer, content, sentMs));
  }

  #peerEvents(): PeerEvents {
    return {
      shown: (peer, text) => this.#shown(peer, text),
      noticed: (peer, notice) => {
        this.#trace(traceLine(peer.name, notice));
        this.#enterLinks(peer, notice);
        if (notice.type === 'state') this.#enterState(peer, notice.to);
        if (notice.type === 'refused' && notice.command === 'join') this.#joinAgain(peer);
      },
      changed: (peer) => this.#markChanged(peer),
      wrote: (content) => this.#ledger.frame(content),
      created: (peer, { notices }, clock) => this.#options.actor?.(this.#actorOf(peer, notices, clock)),
      violated: (peer, what) => this.#violate(INVARIANTS.requests, `${peer.name} ${what}`),
    };
  }

  #actorOf(peer: SimulatedPeer, notices: Observable<Notice>, clock: Clock): WorldActor {
    const { incarnation } = peer;
    const isThere = () => peer.incarnation === incarnation && peer.isAlive && !peer.isPaused;
    return {
      ...{ name: peer.name, incarnation, notices, clock },
      random: new SeededRandom(this.#plan.seed).fork('actors').fork(`${peer.name} ${incarnation}`),
      status: () => peer.status(),
      say: (text) => {
        if (!isThere() || !peer.canSpeak() || this.#ledger.isSent(text)) return false;
        this.#say(peer, text, false);
        return true;
      },
      poke: (name) => {
        if (isThere()) peer.poke(name);
      },
    };
  }

  /** Invariant 1, and what is asked of who has handed the message over, where that is one of ours. */
  #shown(peer: SimulatedPeer, { user, originHid, content, via, link }: ShownText): void {
    const { index, incarnation } = peer;
    const giver = via === null ? undefined : this.#byName.get(via);
    const wrong = this.#ledger.shown({
      peer: index,
      incarnation,
      user,
      originHid,
      content,
      atMs: this.#clock.now(),
      via: giver?.index ?? null,
      mayBeAgain: peer.showsAgain,
    });
    if (wrong) this.#violate(INVARIANTS.shown, `${peer.name} ${wrong}`);
    if (!giver?.isOurs || link === null) return;
    const { joinedMs } = peer;
    const handed = {
      content,
      peer: index,
      incarnation,
      giver: giver.index,
      giverIncarnation: giver.incarnation,
      link,
      joinedMs,
      atMs: this.#clock.now(),
    };
    const broken = this.#handing.look(handed);
    if (broken) this.#violate(INVARIANTS[broken.invariant], `${peer.name} ${broken.what}`);
  }

  /** Invariant 2: only where all are ours, because others repeat nothing and pass on what they like. */
  #checkEverythingDelivered(): void {
    if (!this.#options.asksForEverything) return;
    if (this.#peers.some(({ isOurs }) => !isOurs) || this.#options.variant?.isCatchingUp === false) return;
    const missed = missedInTheEnd(
      this.#peers,
      this.#ledger,
      this.#linked,
      this.#book.recorded(this.#clock.now()),
    );
    const [first] = missed;
    if (!first) return;
    const { content, sentMs, from, missing } = first;
    const names = missing.map(({ name }) => name).join(', ');
    const what = `${quoted(content)}, said by ${from} at ${sentMs}, has never reached ${names}`;
    const where = whereLost({ content, missing, peers: this.#peers, ledger: this.#ledger, book: this.#book });
    const others =
      missed.length > 1 ? `, and ${missed.length - 1} more messages have not reached everybody` : '';
    this.#violate(INVARIANTS.delivered, `${what}${others}. ${where}`);
  }

  /** The room server could not be reached: the user tries once more. */
  #joinAgain(peer: SimulatedPeer): void {
    this.#at(this.#clock.now() + JOIN_AGAIN_MS, () => peer.join());
  }

  #enterState(peer: SimulatedPeer, state: UserState): void {
    peer.entered(state, this.#clock.now());
    if (state === 'CONNECTED') this.#linked.begin(peer.index, peer.incarnation, this.#clock.now());
    else this.#linked.end(peer.index, this.#clock.now());
  }

  #enterLinks(peer: SimulatedPeer, notice: Notice): void {
    const nowMs = this.#clock.now();
    const indexOf = (user: string) => this.#byName.get(user)?.index ?? -1;
    switch (notice.type) {
      case 'forward linked':
      case 'backward linked':
        this.#book.up(peer.index, indexOf(notice.member.user), notice.type === 'forward linked', nowMs);
        break;
      case 'forward yielded':
        this.#book.down(peer.index, indexOf(notice.member.user), true, nowMs);
        this.#lookAtCrossing(peer, notice.member.user);
        break;
      case 'forward lost':
      case 'backward lost':
        this.#book.down(peer.index, indexOf(notice.member.user), notice.type === 'forward lost', nowMs);
        break;
      case 'forward failback':
        this.#book.down(peer.index, indexOf(notice.from.user), true, nowMs);
        this.#book.up(peer.index, indexOf(notice.to.user), true, nowMs, true);
        break;
    }
  }

  #lookAtCrossing({ name }: SimulatedPeer, other: string): void {
    const wrong = this.#crossings.yielded(name, other, this.#clock.now());
    if (wrong) this.#violate(INVARIANTS.crossing, `${name} ${wrong}`);
  }

  /** Looked at when the present instant is over: in the middle of an event a peer is between two states. */
  #markChanged(peer: SimulatedPeer): void {
    if (this.#changed.size === 0) {
      this.#clock.setTimeout(() => {
        const changed = [...this.#changed];
        this.#changed.clear();
        for (const each of changed) this.#check(INVARIANTS.links, brokenLinks(each));
      }, 0);
    }
    this.#changed.add(peer);
  }

  #checkDelivery(sender: SimulatedPeer, content: string, sentMs: number): void {
    const missing = missingFrom({
      content,
      sender,
      sentMs,
      peers: this.#peers,
      book: this.#book,
      ledger: this.#ledger,
      faults: this.#faults.recorded,
    });
    if (missing.length === 0) return;
    const what = `${quoted(content)}, sent at ${sentMs}, has not reached ${missing.join(', ')}`;
    this.#violate(INVARIANTS.delivered, what);
  }

  /** Invariant 5, second half, and 6: one message from each reaches all, and costs n−1 to n+1 TEXT frames. */
  *#probe(): Generator<void> {
    const living = this.#living();
    const probes = living.map((peer) => ({ peer, content: `probe from ${peer.name}` }));
    for (const { peer, content } of probes) {
      this.#say(peer, content, true);
      yield* this.#runUntil(this.#clock.now() + STEP_MS);
    }
    yield* this.#runUntil(this.#clock.now() + FLOOD_MS + STEP_MS);
    for (const { peer, content } of probes) {
      const missing = mustShow(peer, living).filter(
        ({ index, incarnation }) => !this.#ledger.hasShown(content, index, incarnation),
      );
      const names = missing.map(({ name }) => name).join(', ');
      if (missing.length > 0) this.#violate(INVARIANTS.well, `${quoted(content)} has not reached ${names}`);
      else this.#check(INVARIANTS.cost, wrongCost(content, this.#ledger.frames(content), living));
    }
  }

  /** Invariant 7: nothing is left. */
  *#quitEverybody(): Generator<void> {
    for (const peer of this.#living()) this.#quit(peer);
    yield* this.#runUntil(this.#clock.now() + QUITTING_MS);
    this.#faults.stopServer();
    // Checks of messages that were sent late may still be due.
    yield* this.#runUntil(this.#clock.now() + FLOOD_MS + QUITTING_MS);
    const left = [...this.#peers.flatMap((peer) => peer.leftOver()), ...this.#faults.leftOver()];
    if (left.length > 0) this.#violate(INVARIANTS.nothingLeft, `left are ${left.join(', ')}`);
  }

  #check(invariant: string, what: string | undefined): void {
    if (what !== undefined) this.#violate(invariant, what);
  }

  #violate(invariant: string, what: string): void {
    if (this.#violations.length > 0) return;
    const peers = this.#peers.map((peer) => peer.describe());
    this.#violations.push({ invariant, atMs: this.#clock.now(), what, peers });
    this.#log?.violation(invariant, what, peers);
    this.#trace(`violation ${invariant}: ${what}`);
  }

  #trace(line: string): void {
    const stamped = `${this.#clock.now()} ${line}`;
    this.#hash.update(stamped).update('\n');
    this.#options.onTrace?.(stamped);
  }

  #record(): Recording {
    const endMs = this.#clock.now();
    const { seed, calmMs } = this.#plan;
    return {
      seed,
      endMs,
      calmMs: Math.min(calmMs, endMs),
      peers: this.#peers.map((peer) => peer.recorded(endMs)),
      links: this.#book.recorded(endMs),
      messages: this.#ledger.recorded(),
      faults: this.#faults.recorded,
      violations: this.#violations,
      copies: copiesOfKinds(this.#peers, this.#ledger),
      replay: replayLine(this.#plan),
    };
  }
}
