/**
 * The log of everybody in a process or a world: one `Log`, what is under way between its parties, and the
 * machines, each of which belongs to the party whose peer it runs in.
 */
import { type Observable, Subject, type Subscription } from 'rxjs';
import type { AnyInterpreter } from 'xstate';
import type { HandInput } from './by-hand/inputs.ts';
import { Log, type LogSink, type PartSink } from './log.ts';
import { WORLD } from './parties.ts';
import { PartyLog } from './party-log.ts';
import type { ServiceRegistry } from './service-registry.ts';
import type { FrameRate } from './watch/frame-budget.ts';
import type { MachineTold, MachineWatch } from './watch/machine-watch.ts';
import { Wires } from './watch/wires.ts';

/** What a log is made of. */
export interface RoomLogOptions {
  /** The time of its entries, in milliseconds. */
  readonly nowMs: () => number;
  /** Where the interpreters of its peers register (`PeerOptions.isInspected`). */
  readonly registry: ServiceRegistry;
  /** Who takes its entries; more may follow (`tellTo`). */
  readonly sink?: LogSink;
  /** As many frames of a party as are looked at, where not all of them need be. */
  readonly frameRate?: FrameRate;
}

/** See above. */
export class RoomLog {
  readonly #log: Log;
  readonly #frameRate: FrameRate | undefined;
  readonly #told = new Subject<MachineTold>();
  /** What is told of the machines when their entries are handed on. */
  #telling: MachineTold[] = [];
  /** Of the actors that run, by the serial of their start. */
  readonly #services = new Map<number, AnyInterpreter>();
  readonly #wires = new Wires();
  readonly #parties = new Map<string, PartyLog>();
  /** Of those that are about to start, by the session id of the machine at the root. */
  readonly #watches = new Map<string, MachineWatch>();
  /** Whose definition is in the log. */
  readonly #machines = new Set<string>();
  readonly #roots = new Map<string, string>();
  /** Children may stop after their root. */
  readonly #running = new WeakMap<AnyInterpreter, MachineWatch>();
  readonly #registered: Subscription;

  constructor({ nowMs, registry, sink, frameRate }: RoomLogOptions) {
    this.#log = new Log(nowMs, ...(sink ? [sink] : []));
    this.#log.tellParts(() => this.#tell());
    this.#frameRate = frameRate;
    this.#registered = registry.registered.subscribe((service) => this.#started(service));
    this.#registered.add(
      registry.stopped.subscribe((service) => this.#running.get(service)?.stopped(service)),
    );
  }

  /** What happens to machines, as their entries are handed on: every cause before its effects. */
  get machines(): Observable<MachineTold> {
    return this.#told.asObservable();
  }

  /** The actor whose start has this serial, while it runs. */
  serviceOf(start: number): AnyInterpreter | undefined {
    return this.#services.get(start);
  }

  /** One more that takes entries, from the next one on. */
  tellTo(sink: LogSink): void {
    this.#log.tellTo(sink);
  }

  /** The same, without making what nobody may ever read. */
  tellParts(sink: PartSink): void {
    this.#log.tellParts(sink);
  }

  /** The log of a party, made when it is asked for first. */
  party(name: string): PartyLog {
    const known = this.#parties.get(name);
    if (known) return known;
    this.#wires.join();
    const party = new PartyLog(name, {
      log: this.#log,
      wires: this.#wires,
      told: (told) => this.#heard(told),
      frameRate: this.#frameRate,
      machinesOf: (rootSession, watch) => this.#machinesOf(name, rootSession, watch),
    });
    this.#parties.set(name, party);
    return party;
  }

  /** Something was broken, or is whole again, on purpose. @param party who does it: `world`, or the user. */
  fault(party: string, what: string, isOver: boolean): void {
    this.#log.append(party, { type: 'fault', what, isOver });
  }

  /** An invariant of a simulated world is broken. @param peers what each peer says of itself then. */
  violation(invariant: string, what: string, peers: readonly string[]): void {
    this.#log.append(WORLD, { type: 'violation', invariant, what, peers: [...peers] }, null);
  }

  /** Something is done by hand in a simulated world: it causes what `run` does. */
  input({ step, act }: Pick<HandInput, 'step' | 'act'>, run: () => void): void {
    const { serial } = this.#log.append(WORLD, { type: 'input', step, act }, null);
    this.#log.within(serial, run);
  }

  /** Nothing is logged of machines any more. */
  stop(): void {
    this.#registered.unsubscribe();
  }

  /** One life of a party at a time has machines. */
  #machinesOf(party: string, rootSession: string, watch: MachineWatch): void {
    const before = this.#roots.get(party);
    if (before !== undefined) this.#watches.delete(before);
    this.#roots.set(party, rootSession);
    this.#watches.set(rootSession, watch);
  }

  #heard(told: MachineTold): void {
    const { entry, service } = told;
    if (entry.type === 'actor' && entry.what === 'started') this.#services.set(entry.start, service);
    if (entry.type === 'actor' && entry.what === 'stopped') this.#services.delete(entry.start);
    if (this.#told.observed) this.#telling.push(told);
  }

  #tell(): void {
    if (this.#telling.length === 0) return;
    const all = this.#telling.sort((one, other) => one.entry.serial - other.entry.serial);
    this.#telling = [];
    for (const told of all) this.#told.next(told);
  }

  #started(service: AnyInterpreter): void {
    let root = service;
    while (root.parent) root = root.parent;
    const watch = this.#watches.get(root.sessionId);
    if (!watch) return;
    this.#running.set(service, watch);
    const isFirst = !this.#machines.has(service.machine.id);
    this.#machines.add(service.machine.id);
    watch.started(service, isFirst);
  }
}
