/**
 * What somebody does by hand in a live world: each act is looked at first, and either refused with a sentence
 * or done. Nothing is changed by looking.
 */
import type { AnyInterpreter } from 'xstate';
import { WAITING_COMMANDS_MAX } from '../../limits/peer.ts';
import type { HandAct, HandActOf } from '../../log/by-hand/inputs.ts';
import type { Command, Peer } from '../../peer/peer-api.ts';
import { WaitingCommands } from '../../peer/waiting-commands.ts';
import { QueueFullError } from '../../words/refusals.ts';
import { type FaultName, isFaultName, scopeOf } from '../faults/faults.ts';
import type { PlannedFault } from '../plan.ts';
import type { SimulatedPeer } from '../simulated-peer.ts';
import type { Stage } from '../stage/stage.ts';

/** A fault that was begun by hand and is not over. */
export interface ActiveFault {
  /** Counts those that were begun by hand, from 1. */
  readonly number: number;
  /** In words. */
  readonly what: string;
  readonly fault: FaultName;
  /** Names of those that it hits; of a split, the one half. */
  readonly peers: readonly string[];
  /** Simulated milliseconds. */
  readonly untilMs: number;
}

interface Begun extends ActiveFault {
  readonly planned: readonly PlannedFault[];
  readonly timer: unknown;
}

/** Why an event from outside can't be sent to a machine; `undefined` where it can. */
export type RefusalOf = (service: AnyInterpreter, event: { readonly type: string }) => string | undefined;

/** An act that can be done, or why it can't. */
type Prepared = (() => void) | string;

/** Faults that need a process that runs. */
const OF_PROCESSES: ReadonlySet<FaultName> = new Set<FaultName>([
  'reset',
  'halfopen',
  'crash',
  'kill',
  'pause',
  'restart',
  'flood',
  'stuck',
]);
const OF_LINKS: ReadonlySet<FaultName> = new Set<FaultName>(['reset', 'halfopen']);

/** See above. */
export class HandActs {
  readonly #stage: Stage;
  readonly #refusalOf: RefusalOf;
  readonly #commands = new Map<SimulatedPeer, WaitingCommands>();
  /** Peers whose user has joined, or tried to, by hand. */
  readonly #joining = new Set<SimulatedPeer>();
  readonly #begun = new Map<number, Begun>();
  #faults = 0;

  /** @param refusalOf without it no event is sent to a machine: one that it can't take could break it. */
  constructor(stage: Stage, refusalOf: RefusalOf = () => 'nobody knows whether it can be sent') {
    this.#stage = stage;
    this.#refusalOf = refusalOf;
  }

  /** See `ActiveFault`. */
  get faults(): readonly ActiveFault[] {
    return [...this.#begun.values()].map(({ number, what, fault, peers, untilMs }) => {
      return { number, what, fault, peers, untilMs };
    });
  }

  /** True where a peer's room is its user's own business, and not the plan's. */
  isJoining(peer: SimulatedPeer): boolean {
    return this.#joining.has(peer);
  }

  /** A peer of ours is about to start. */
  started(peer: SimulatedPeer, created: Peer): void {
    this.#commands.get(peer)?.stop();
    this.#commands.set(peer, new WaitingCommands(created, WAITING_COMMANDS_MAX));
    this.#joining.delete(peer);
  }

  /** See `Prepared`. */
  prepare(act: HandAct): Prepared {
    switch (act.type) {
      case 'command':
        return this.#command(act);
      case 'start':
        return this.#start(act);
      case 'fault':
        return this.#fault(act);
      case 'mend':
        return this.#mend(act);
      case 'event':
        return this.#event(act);
      case 'end':
        return 'The end of a recording is nothing that can be done.';
      default: {
        const { traffic } = this.#stage;
        const ms = act.type === 'delay' ? act.ms : 0;
        return traffic?.refusal(act.frame, act.type) ?? (() => traffic?.steer(act.frame, act.type, ms));
      }
    }
  }

  #command({ peer: name, command }: HandActOf<'command'>): Prepared {
    const peer = this.#stage.byName.get(name);
    if (!peer) return noPeer(name);
    if (command === null) return 'What people said was left out of this recording (--record-no-text).';
    const commands = this.#commands.get(peer);
    if (!peer.ours || !commands) return `${name} is not running.`;
    if (commands.count >= WAITING_COMMANDS_MAX && command.type !== 'QUIT')
      return new QueueFullError().message;
    return () => this.#give(peer, commands, command);
  }

  #give(peer: SimulatedPeer, commands: WaitingCommands, command: Command): void {
    if (command.type === 'JOIN') this.#joining.add(peer);
    if (command.type !== 'QUIT') {
      commands.send(command);
      return;
    }
    const { book, clock } = this.#stage;
    book.allDown(peer.index, clock.now());
    peer.quit(clock.now());
  }

  #start({ peer: name }: HandActOf<'start'>): Prepared {
    const peer = this.#stage.byName.get(name);
    if (!peer) return noPeer(name);
    if (peer.isAlive) return `${name} is running.`;
    if (peer.leftOver().length > 0) return `${name} has not closed all its connections yet.`;
    return () => {
      peer.hasQuit = false;
      peer.start(this.#stage.clock.now());
    };
  }

  #fault(act: HandActOf<'fault'>): Prepared {
    const { fault, peers: names } = act;
    if (!isFaultName(fault)) return `There is no fault ${fault}.`;
    const peers = names.map((name) => this.#stage.byName.get(name));
    const unknown = names[peers.indexOf(undefined)];
    if (unknown !== undefined) return noPeer(unknown);
    const hit = [...new Set(peers.filter((peer) => peer !== undefined))];
    const problem = this.#problemOf(fault, hit);
    return problem ?? (() => this.#begin({ ...act, fault }, hit));
  }

  /** Why these can't be hit by it. */
  #problemOf(fault: FaultName, hit: readonly SimulatedPeer[]): string | undefined {
    const scope = scopeOf(fault);
    if (scope === 'everywhere')
      return hit.length > 0 ? `The fault ${fault} hits the whole room: choose no peers.` : undefined;
    if (hit.length === 0) return `Choose whom the fault ${fault} is to hit.`;
    if (scope === 'halves')
      return hit.length === this.#stage.peers.length ? 'Nobody is left on the other side.' : undefined;
    const ended = OF_PROCESSES.has(fault) ? hit.find(({ isAlive }) => !isAlive) : undefined;
    if (ended) return `${ended.name} is not running.`;
    const alone = OF_LINKS.has(fault) ? hit.find((peer) => peer.neighbours().length === 0) : undefined;
    return alone && `${alone.name} has no link.`;
  }

  #begin(act: HandActOf<'fault'> & { readonly fault: FaultName }, hit: readonly SimulatedPeer[]): void {
    const { clock, faults } = this.#stage;
    const { fault, lastsMs, server, comesBack, shiftMs } = act;
    const nowMs = clock.now();
    const all = this.#stage.peers.map(({ index }) => index);
    const indices = hit.map(({ index }) => index);
    const isHalving = scopeOf(fault) === 'halves';
    const planned = (peers: readonly number[]): PlannedFault => ({
      ...{ fault, fromMs: nowMs, toMs: nowMs + lastsMs, peers, comesBack },
      others: isHalving ? all.filter((index) => !peers.includes(index)) : [],
      ...{ isServerWithPeers: server === 'here', isServerSpared: server === 'both' },
      clockShiftMs: fault === 'clock' ? shiftMs : 0,
    });
    // A process is hit by itself; whatever the network does to several is one fault.
    const each = OF_PROCESSES.has(fault)
      ? indices.map((index) => planned([index]))
      : [planned(isHalving || scopeOf(fault) === 'peers' ? indices : [])];
    this.#faults += 1;
    const number = this.#faults;
    this.#begun.set(number, {
      ...{ number, fault, peers: hit.map(({ name }) => name), untilMs: nowMs + lastsMs, planned: each },
      what: each.map((one) => faults.words(one)).join(', '),
      timer: clock.setTimeout(() => this.#over(number), lastsMs),
    });
    for (const one of each) faults.break(one);
  }

  #mend({ fault: number }: HandActOf<'mend'>): Prepared {
    const begun = this.#begun.get(number);
    if (!begun) return 'This fault is over.';
    return () => {
      this.#stage.clock.clearTimeout(begun.timer);
      this.#over(number);
    };
  }

  #over(number: number): void {
    const begun = this.#begun.get(number);
    this.#begun.delete(number);
    for (const one of begun?.planned ?? []) this.#stage.faults.mend(one);
  }

  #event({ peer: name, actor, event }: HandActOf<'event'>): Prepared {
    const peer = this.#stage.byName.get(name);
    if (!peer) return noPeer(name);
    const session = peer.ours?.sessionId;
    const service = this.#stage.registry?.services.find(
      (each) => each.id === actor && rootOf(each) === session,
    );
    if (!service) return `${actor} of ${name} has ended.`;
    const reason = this.#refusalOf(service, event);
    return reason === undefined ? () => service.send(event) : `${event.type} was not sent: ${reason}.`;
  }
}

function rootOf(service: AnyInterpreter): string {
  let root = service;
  while (root.parent) root = root.parent;
  return root.sessionId;
}

function noPeer(name: string): string {
  return `There is no peer ${name}.`;
}
