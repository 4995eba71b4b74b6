/**
 * A simulated world that goes on for as long as somebody wants it to, and takes what is done by hand while it
 * runs (src/log/by-hand/inputs.ts). It is driven from outside, in simulated time: nothing happens between two
 * calls.
 *
 * Invariants: seed and inputs decide everything, so the same of both give the same trace; an input that is
 * refused changes nothing and is not kept; inputs that are to come are done at their moments, until another
 * one is done by hand, which begins a fork: from there on they are forgotten. Nothing throws for an act,
 * whatever it says. The invariants of docs/SIMULATION.md are not checked: a frame that is dropped by hand
 * breaks what TCP promises.
 */
import { createHash } from 'node:crypto';
import { HAND_INPUTS_MAX, STEP_TIMERS_MAX } from '../../limits/simulated-room.ts';
import type { FrameUnderWay } from '../../log/by-hand/frame-under-way.ts';
import type { HandAct, HandInput } from '../../log/by-hand/inputs.ts';
import type { RoomLog } from '../../log/room-log.ts';
import type { Plan, PlannedAction } from '../plan.ts';
import type { PeerEvents, SimulatedPeer } from '../simulated-peer.ts';
import { Stage } from '../stage/stage.ts';
import { traceLine } from '../stage/trace-line.ts';
import type { WorldOptions } from '../world-options.ts';
import { frameUnderWay } from './frames-under-way.ts';
import { type ActiveFault, HandActs, type RefusalOf } from './hand-acts.ts';

const JOIN_AGAIN_MS = 5_000;

/** How a live world is run. */
interface LiveOptions extends WorldOptions {
  /** Is told of our peers, each time that one starts and each time that its process dies. */
  readonly watch?: Required<Pick<PeerEvents, 'created' | 'died'>>;
  /** Why an event from outside can't be sent to a machine, see `HandActs`. */
  readonly refusalOf?: RefusalOf;
}

/** The inputs of a recording do not fit to its world: another version of the program has made it. */
export class OtherWorldError extends Error {
  override readonly name = 'OtherWorldError';
}

/** See above. */
export class LiveWorld {
  readonly #options: LiveOptions;
  readonly #stage: Stage;
  readonly #acts: HandActs;
  readonly #hash = createHash('sha256');
  readonly #done: HandInput[] = [];
  #toCome: HandInput[];

  /** @param inputs that are done at their moments, in order. */
  constructor(plan: Plan, inputs: readonly HandInput[] = [], options: LiveOptions = {}) {
    this.#options = options;
    this.#toCome = inputs.filter(({ act }) => act.type !== 'end');
    const events = {
      peers: this.#peerEvents(),
      say: (peer: SimulatedPeer, content: string) => sayAs(peer, content),
      trace: (line: string) => this.#trace(line),
    };
    this.#stage = new Stage(plan, options, events, true);
    this.#acts = new HandActs(this.#stage, options.refusalOf);
    this.#begin(plan);
  }

  /** Simulated milliseconds since the beginning. */
  get nowMs(): number {
    return this.#stage.clock.now();
  }

  /** Timers that have run; with the time it names a moment. */
  get step(): number {
    return this.#stage.clock.ran;
  }

  /** SHA-256 of the trace up to now. */
  get traceHash(): string {
    return this.#hash.copy().digest('hex');
  }

  /** All peers, in the order of the plan. */
  get peers(): readonly Pick<SimulatedPeer, 'name' | 'isOurs' | 'isAlive'>[] {
    return this.#stage.peers;
  }

  /** What is kept of it; nothing where it is not logged. */
  get log(): RoomLog | undefined {
    return this.#stage.log;
  }

  /** What was done by hand so far. */
  get done(): readonly HandInput[] {
    return this.#done;
  }

  /** What is still to be done, as it was before a rewind. */
  get toCome(): readonly HandInput[] {
    return this.#toCome;
  }

  /** All that is under way, in the order in which it was sent. */
  get frames(): readonly FrameUnderWay[] {
    const nameOf = (ip: string) => this.#stage.peers.find((peer) => peer.plan.ip === ip)?.name;
    return (this.#stage.traffic?.frames ?? []).map((frame) => frameUnderWay(frame, nameOf));
  }

  /** Faults that were begun by hand and are not over. */
  get faults(): readonly ActiveFault[] {
    return this.#acts.faults;
  }

  /**
   * Lets simulated time pass.
   * @param isEnough asked after each timer: true stops there, in the middle of the time.
   * @returns false where it was stopped.
   * @throws OtherWorldError where an input does not fit.
   */
  advance(toMs: number, isEnough: () => boolean = () => false): boolean {
    const { clock } = this.#stage;
    for (;;) {
      this.takeInputs(toMs);
      if (clock.nextDueMs > toMs) break;
      clock.runNext();
      if (isEnough()) return false;
    }
    if (toMs > clock.now()) clock.passTo(toMs);
    return true;
  }

  /**
   * Goes on to a moment that may be in the middle of a millisecond, what was done at it included.
   * @param step timers that have run by then; all that are due where it is not given.
   * @returns false where it was stopped before.
   * @throws OtherWorldError where an input does not fit.
   */
  advanceTo(
    { atMs, step }: Pick<HandInput, 'atMs'> & { readonly step?: number },
    isEnough: () => boolean,
  ): boolean {
    const { clock } = this.#stage;
    if (step === undefined) return this.advance(atMs, isEnough);
    const isThere = () => clock.ran >= step;
    if (!isThere() && !this.advance(atMs, () => isThere() || isEnough()) && !isThere()) return false;
    this.takeInputs(atMs);
    if (clock.now() < atMs && clock.nextDueMs >= atMs) clock.passTo(atMs);
    return true;
  }

  /** Runs the next timer alone. */
  stepTimer(): void {
    this.takeInputs(this.#stage.clock.nextDueMs);
    this.#stage.clock.runNext();
  }

  /** Goes on until something arrives. */
  stepDelivery(): void {
    const { clock, traffic } = this.#stage;
    const before = traffic?.arrivals;
    for (let count = 0; count < STEP_TIMERS_MAX && traffic?.arrivals === before; count += 1) this.stepTimer();
    // What has arrived is read at the same moment, unless something else arrives at it.
    if (clock.nextDueMs <= clock.now() && traffic?.frames.every(({ dueMs }) => dueMs !== clock.now()))
      this.advance(clock.now());
  }

  /**
   * Does something by hand, now.
   * @returns why it can't be done, as a sentence; `undefined` where it was done.
   */
  act(act: HandAct): string | undefined {
    if (this.#done.length >= HAND_INPUTS_MAX)
      return `${HAND_INPUTS_MAX} things were done by hand: it can be watched from here on, or forked before that.`;
    const does = this.#acts.prepare(act);
    if (typeof does === 'string') return does;
    this.#toCome = [];
    this.#do(act, does);
    return undefined;
  }

  /** What was to come is forgotten: what happens from now on is another story. */
  fork(): void {
    this.#toCome = [];
  }

  /** The end: what is to be said of it is in the log, and nothing is logged any more. */
  stop(): void {
    const { log, clock } = this.#stage;
    const act = { type: 'end', traceHash: this.traceHash } as const;
    log?.input({ step: clock.ran, act }, () => undefined);
    log?.stop();
  }

  /** Nothing is logged any more; another world takes the place of this one. */
  abandon(): void {
    this.#stage.log?.stop();
  }

  /**
   * Does those of the inputs to come whose moment is now, or before the next timer.
   * @throws OtherWorldError where one does not fit.
   */
  takeInputs(toMs: number): void {
    const { clock } = this.#stage;
    for (let next = this.#toCome[0]; next?.step === clock.ran && next.atMs <= toMs; next = this.#toCome[0]) {
      if (next.atMs < clock.now() || next.atMs > clock.nextDueMs)
        throw unfit(next, 'comes at another moment');
      clock.passTo(next.atMs);
      const does = this.#acts.prepare(next.act);
      if (typeof does === 'string') throw unfit(next, does);
      this.#toCome.shift();
      this.#do(next.act, does);
    }
    const [next] = this.#toCome;
    // Fewer timers have run by its time than had when it was done, or more.
    const isTooFew = next && next.step > clock.ran && next.atMs <= toMs && next.atMs < clock.nextDueMs;
    if (next && (isTooFew || next.step < clock.ran)) throw unfit(next, 'comes at another moment');
  }

  #begin(plan: Plan): void {
    const { faults, peers, clock } = this.#stage;
    faults.startServer();
    for (const peer of peers) this.#stage.at(peer.plan.joinMs, () => peer.start(clock.now()));
    for (const fault of plan.faults) faults.schedule(fault);
    for (const action of plan.actions) this.#stage.at(action.atMs, () => this.#userActs(action));
  }

  #do(act: HandAct, does: () => void): void {
    const { clock, log } = this.#stage;
    const input = { atMs: clock.now(), step: clock.ran, act };
    this.#done.push(input);
    this.#trace(`input ${JSON.stringify(act)}`);
    if (log) log.input(input, does);
    else does();
    // What was chosen to be the next delivery is read before anything else happens.
    if (act.type === 'deliver') this.#runThisMoment();
  }

  #runThisMoment(): void {
    const { clock } = this.#stage;
    while (clock.nextDueMs <= clock.now()) clock.runNext();
  }

  #userActs({ peer: index, type, text }: PlannedAction): void {
    const { peers, clock, book } = this.#stage;
    const peer = peers[index];
    if (!peer?.isAlive || peer.isPaused) return;
    if (type === 'send') sayAs(peer, text);
    else if (type === 'poke') peer.poke(text);
    else {
      this.#trace(`${peer.name} quits`);
      book.allDown(peer.index, clock.now());
      peer.quit(clock.now());
    }
  }

  #peerEvents(): PeerEvents {
    const nowMs = () => this.#stage.clock.now();
    return {
      shown: (peer, { user, content }) => {
        if (!peer.isOurs) this.#trace(`${peer.name} shows ${user}: ${content}`);
      },
      noticed: (peer, notice) => {
        this.#trace(traceLine(peer.name, notice));
        if (notice.type === 'state') peer.entered(notice.to, nowMs());
        const isRefused = notice.type === 'refused' && notice.command === 'join';
        if (isRefused && !this.#acts.isJoining(peer))
          this.#stage.at(nowMs() + JOIN_AGAIN_MS, () => this.#acts.isJoining(peer) || peer.join());
      },
      changed: () => undefined,
      wrote: () => undefined,
      violated: (peer, what) => this.#trace(`${peer.name} ${what}`),
      created: (peer, created, clock) => {
        this.#acts.started(peer, created);
        this.#options.watch?.created(peer, created, clock);
      },
      died: (peer, created) => {
        this.#options.logged?.registry.forgetBelow(created.sessionId);
        this.#options.watch?.died(peer, created);
      },
    };
  }

  #trace(line: string): void {
    const stamped = `${this.#stage.clock.now()} ${line}`;
    this.#hash.update(stamped).update('\n');
    this.#options.onTrace?.(stamped);
  }
}

/** Before Join a message is refused, and so it is never said. */
function sayAs(peer: SimulatedPeer, content: string): void {
  if (peer.canSpeak()) peer.say(content);
}

function unfit({ atMs, act }: HandInput, why: string): OtherWorldError {
  return new OtherWorldError(
    `The input "${act.type}" at ${atMs} ms does not fit to this world: ${why}. Another version of the program, or other limits, have made it.`,
  );
}
