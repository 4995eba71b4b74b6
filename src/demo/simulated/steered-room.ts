/**
 * A room that obeys: a live world of the simulation behind the console's page. It can be paused, stepped,
 * rewound and forked, and all that is done to it by hand goes through the world, so that it is part of the
 * log.
 *
 * Invariants: real time moves it only while it is not paused and not being rewound; a rewind is a new world
 * out of the same seed, with what was done up to there; a recording is always that of the story that is told.
 */
import type { AnyInterpreter } from 'xstate';
import type { FollowedPeer } from '../../console/feed/followed-peer.ts';
import type { ControlAction } from '../../console/feed/messages.ts';
import type { PeerControl } from '../../console/feed/page-feed.ts';
import type { RoomAct, RoomControl, RoomState } from '../../console/feed/steering.ts';
import { refusalOf } from '../../console/inspect/send-event.ts';
import type { WebConsole } from '../../console/web/web-console.ts';
import type { Clock, Timer } from '../../io/clock.ts';
import {
  FRAMES_SHOWN_MAX,
  INPUTS_SHOWN_MAX,
  ROOM_TURN_MS,
  SPLIT_MAX_MS,
} from '../../limits/simulated-room.ts';
import { type HandAct, handAct, type WorldOrigin } from '../../log/by-hand/inputs.ts';
import type { LogSink } from '../../log/log.ts';
import type { RoomLog } from '../../log/room-log.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { FAULT_NAMES, FAULTS, scopeOf } from '../../simulation/faults/faults.ts';
import { planOf } from '../../simulation/live/live-plan.ts';
import { LiveWorld } from '../../simulation/live/live-world.ts';
import type { Plan } from '../../simulation/plan.ts';
import type { WireTap, WorldOptions } from '../../simulation/world-options.ts';
import { actWords } from './act-words.ts';
import { RealTime } from './real-time.ts';
import { seatedPeer } from './seated-peer.ts';
import { Stories } from './stories.ts';

/** What a simulated room needs. */
export interface SteeredRoomPorts {
  /** The real one. */
  readonly clock: Clock;
  readonly registry: ServiceRegistry;
  readonly variant?: WorldOptions['variant'];
  /** Begins the recording, anew where it was begun before; `null` where none is wanted. */
  readonly openRecord: () => { readonly sink: LogSink; close(): void } | null;
  /** Begins the capture, likewise. */
  readonly openCapture?: () => { readonly tap: WireTap; close(): void } | null;
}

const REWINDING = 'The room is being rewound.';

const KINDS = FAULT_NAMES.map((fault) => ({ fault, words: FAULTS[fault], scope: scopeOf(fault) }));

/** A moment, and what is done up to it. */
interface Target {
  readonly atMs: number;
  /** Timers that have run by then; all that are due where it is not given. */
  readonly step?: number;
  readonly inputs: LiveWorld['done'];
}

/** See above. */
export class SteeredRoom implements PeerControl, RoomControl {
  readonly #ports: SteeredRoomPorts;
  readonly #plan: Plan;
  readonly #places = new Map<string, FollowedPeer>();
  /** Whose machines these are, by the session of their root. */
  readonly #sessions = new Map<string, string>();
  readonly #stories = new Stories();
  readonly #time: RealTime;
  #web: WebConsole | undefined;
  #record: ReturnType<SteeredRoomPorts['openRecord']> = null;
  #capture: { readonly tap: WireTap; close(): void } | null = null;
  #world: LiveWorld;
  #rewinding: Timer | undefined;
  #refusal: string | null = null;
  #isClosed = false;

  constructor(origin: WorldOrigin, ports: SteeredRoomPorts) {
    this.#ports = ports;
    this.#plan = planOf(origin);
    this.#time = new RealTime(
      ports.clock,
      () => this.#world,
      () => this.#changed(),
    );
    this.#world = this.#newWorld([]);
  }

  /** Names of all its peers. */
  get names(): readonly string[] {
    return this.#plan.peers.map(({ name }) => name);
  }

  /** The log of the story that is told now; another one after each rewind. */
  get log(): RoomLog {
    const { log } = this.#world;
    if (!log) throw new TypeError('a room that is steered is logged');
    return log;
  }

  /** Simulated milliseconds since the beginning. */
  get nowMs(): number {
    return this.#world.nowMs;
  }

  /** Shows it in a console, and lets it run. */
  open(web: WebConsole): void {
    this.#web = web;
    for (const { name, kind } of this.#plan.peers)
      if (kind === 'ours') this.#places.set(name, web.add(name, name));
    this.#time.start();
    this.#changed();
  }

  /** It stands still for ever, and its recording is whole. May be called twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#time.stop();
    this.#ports.clock.clearTimeout(this.#rewinding);
    this.#world.stop();
    this.#closeFiles();
  }

  state(): RoomState {
    const { nowMs, frames, faults, toCome, done } = this.#world;
    return {
      ...{ nowMs, isPaused: !this.#time.isRunning, speed: this.#time.speed },
      ...{
        isRewinding: this.#rewinding !== undefined,
        toCome: this.#rewinding === undefined ? toCome.length : 0,
      },
      ...{ frames: frames.slice(0, FRAMES_SHOWN_MAX), frameCount: frames.length },
      done: done.slice(-INPUTS_SHOWN_MAX).map(({ atMs, act }, place) => {
        return {
          number: Math.max(done.length - INPUTS_SHOWN_MAX, 0) + place + 1,
          atMs,
          words: actWords(act),
        };
      }),
      faults: faults.map(({ number, what, untilMs }) => ({ number, what, untilMs })),
      ...{ kinds: KINDS, peers: this.names, refusal: this.#refusal },
      ...{ stories: this.#stories.list(nowMs), story: this.#stories.number },
    };
  }

  act(act: RoomAct): void {
    if (this.#isClosed) return;
    this.#refusal = this.#rewinding === undefined ? (this.#do(act) ?? null) : REWINDING;
    this.#changed();
  }

  control(peer: string, action: ControlAction): void {
    const refusal = this.#control(peer, action);
    if (refusal !== undefined) this.#places.get(peer)?.report(refusal);
    this.#changed();
  }

  /** An event of a viewer for a machine. @returns why it was not sent. */
  deliver(service: AnyInterpreter, event: { readonly type: string }): string | undefined {
    let root = service;
    while (root.parent) root = root.parent;
    const peer = this.#sessions.get(root.sessionId);
    const act = handAct.safeParse({ type: 'event', peer, actor: service.id, event });
    return act.success ? this.#hand(act.data) : 'this is no event of a peer of the room';
  }

  #do(act: RoomAct): string | undefined {
    switch (act.what) {
      case 'pause':
        this.#time.stop();
        return undefined;
      case 'play':
        this.#time.start();
        return undefined;
      case 'speed':
        this.#time.speed = act.speed;
        return undefined;
      case 'step delivery':
        this.#time.stop();
        this.#world.stepDelivery();
        return undefined;
      case 'step timer':
        this.#time.stop();
        this.#world.stepTimer();
        return undefined;
      case 'hand':
        return this.#hand(act.act);
      case 'rewind':
      case 'fork':
        return this.#rewind(act.atMs, act.what === 'fork');
      case 'fork before':
        return this.#forkBefore(act.input);
      case 'story':
        return this.#chooseStory(act.story);
    }
  }

  /** What is done before the end of a story begins another one. */
  #hand(act: HandAct): string | undefined {
    if (this.#rewinding !== undefined || this.#isClosed) return REWINDING;
    const before = this.#world.toCome;
    const isPast = this.#stories.isPast(this.#world.nowMs) || before.length > 0;
    if (isPast) this.#stories.keep(this.#world);
    const refusal = this.#world.act(act);
    if (refusal === undefined && isPast) this.#stories.fork(this.#world.nowMs);
    return refusal;
  }

  #control(peer: string, action: ControlAction): string | undefined {
    const always = { server: 'both', comesBack: false, shiftMs: 0 } as const;
    switch (action) {
      case 'kill':
        return this.#hand({ type: 'fault', fault: 'kill', peers: [peer], lastsMs: 0, ...always });
      case 'restart':
        return this.#hand({ type: 'start', peer });
      case 'split':
        return this.#hand({
          type: 'fault',
          fault: 'split',
          peers: [peer],
          lastsMs: SPLIT_MAX_MS,
          ...always,
        });
      case 'heal': {
        const refusals = this.#splitsOf(peer).map((fault) => this.#hand({ type: 'mend', fault }));
        return refusals.find((refusal) => refusal !== undefined);
      }
    }
  }

  /** Splits by which this peer alone is cut off. */
  #splitsOf(name: string): readonly number[] {
    return this.#world.faults
      .filter(
        ({ fault, peers: [first, ...others] }) => fault === 'split' && first === name && others.length === 0,
      )
      .map(({ number }) => number);
  }

  #rewind(atMs: number, isFork: boolean): string | undefined {
    if (atMs > this.#world.nowMs) return 'This moment is still to come.';
    this.#stories.keep(this.#world);
    this.#runAgain({ atMs: Math.floor(atMs), inputs: this.#stories.inputs }, () => {
      if (!isFork) return;
      this.#world.fork();
      this.#stories.fork(this.#world.nowMs);
    });
    return undefined;
  }

  /** A millisecond may hold several things: each of them can be taken back by itself. */
  #forkBefore(number: number): string | undefined {
    const input = this.#world.done[number - 1];
    if (!input) return 'This was not done in this story.';
    const before = this.#world.done.slice(0, number - 1);
    this.#stories.keep(this.#world);
    this.#runAgain({ ...input, inputs: before }, () => this.#stories.fork(this.#world.nowMs));
    return undefined;
  }

  #chooseStory(number: number): string | undefined {
    if (number === this.#stories.number) return undefined;
    this.#stories.keep(this.#world);
    const endMs = this.#stories.choose(number);
    if (endMs === undefined) return 'There is no such story.';
    this.#runAgain({ atMs: endMs, inputs: this.#stories.inputs }, () => undefined);
    return undefined;
  }

  /** From the beginning up to a moment, with what was done. */
  #runAgain({ inputs, ...target }: Target, andThen: () => void): void {
    this.#time.stop();
    this.#world.abandon();
    for (const place of this.#places.values()) place.forget();
    for (const session of this.#sessions.keys()) this.#ports.registry.forgetBelow(session);
    this.#sessions.clear();
    this.#closeFiles();
    this.#world = this.#newWorld(inputs);
    this.#web?.beginAnew(this.log);
    const { clock } = this.#ports;
    const goOn = () => {
      const turnMs = clock.now();
      const isThere = this.#world.advanceTo(target, () => clock.now() - turnMs > ROOM_TURN_MS);
      this.#rewinding = isThere ? undefined : clock.setTimeout(goOn, 0);
      if (isThere) andThen();
      this.#changed();
    };
    this.#rewinding = clock.setTimeout(goOn, 0);
  }

  #closeFiles(): void {
    this.#record?.close();
    this.#capture?.close();
  }

  #newWorld(inputs: LiveWorld['done']): LiveWorld {
    const { registry, variant, openRecord, openCapture } = this.#ports;
    this.#record = openRecord();
    this.#capture = openCapture?.() ?? null;
    const sink = this.#record?.sink ?? (() => undefined);
    return new LiveWorld(this.#plan, inputs, {
      ...(variant ? { variant } : {}),
      ...(this.#capture ? { captured: this.#capture.tap } : {}),
      logged: { registry, sink },
      refusalOf,
      watch: {
        created: ({ name }, peer) => {
          this.#sessions.set(peer.sessionId, name);
          const place = this.#places.get(name);
          place?.follow(
            seatedPeer(peer, (command) => {
              const act = handAct.safeParse({ type: 'command', peer: name, command });
              const refusal = act.success ? this.#hand(act.data) : 'This is too long.';
              if (refusal !== undefined) place.report(refusal);
            }),
          );
        },
        died: ({ name }, { sessionId }) => {
          this.#sessions.delete(sessionId);
          this.#places.get(name)?.forget();
          this.#places.get(name)?.report('Its process has died.');
        },
      },
    });
  }

  #changed(): void {
    for (const [name, place] of this.#places) {
      const isSplitOff = this.#splitsOf(name).length > 0;
      if (place.isSplitOff !== isSplitOff) place.isSplitOff = isSplitOff;
    }
    this.#web?.roomChanged();
  }
}
