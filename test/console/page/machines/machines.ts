/** The real machines as the log tells of them, for the tests of the page. */
import type { AnyEventObject, AnyState, AnyStateMachine } from 'xstate';
import { statecharts } from '../../../../scripts/statecharts.ts';
import type { MachineEntry } from '../../../../src/console/feed/messages.ts';
import { type ChartState, readChart } from '../../../../src/console/page/inspection/chart.ts';
import type { Stamp } from '../../../../src/log/entry.ts';
import { plainOf } from '../../../../src/log/plain.ts';
import { definitionText } from '../../../../src/log/watch/machine-definition.ts';
import { outcomeOf } from '../../../../src/log/watch/machine-watch.ts';

/** All of them, by their ids. */
export const MACHINES = new Map(statecharts().map((machine) => [machine.id, machine]));

/** One of them. */
export function machineOf(id: string): AnyStateMachine {
  const machine = MACHINES.get(id);
  if (machine === undefined) throw new Error(`there is no machine ${id}`);
  return machine;
}

/** Its chart, as the page reads it. */
export function chartOf(id: string): ChartState {
  return readChart(definitionText(machineOf(id)));
}

/** Gives the entries of a made-up log their serials. */
export class MadeUpLog {
  #last = 0;

  /** An actor of a peer that runs this machine. */
  actor(machine: AnyStateMachine, name = 'user', parent?: ToldMachine, peer = 'peer-1'): ToldMachine {
    return new ToldMachine(machine, { name, parent, peer, next: () => this.#next() });
  }

  #next(): number {
    this.#last += 1;
    return this.#last;
  }
}

interface Place {
  readonly name: string;
  readonly parent: ToldMachine | undefined;
  readonly peer: string;
  next(): number;
}

/** A machine that is driven as a pure function, and what the log would say of it. */
export class ToldMachine {
  readonly #machine: AnyStateMachine;
  readonly #place: Place;
  #state: AnyState;
  #start = 1_000_000;

  constructor(machine: AnyStateMachine, place: Place) {
    this.#machine = machine;
    this.#place = place;
    this.#state = machine.initialState;
  }

  get value(): unknown {
    return this.#state.value;
  }

  /** As the page calls it, once it has started. */
  get session(): string {
    return String(this.#start);
  }

  get name(): { readonly actor: string; readonly start: number } {
    return { actor: this.#place.name, start: this.#start };
  }

  started(): MachineEntry {
    const stamp = this.#stamp();
    this.#start = stamp.serial;
    return this.#told('started', stamp);
  }

  /** A bound has cut what it did so far. */
  found(): MachineEntry {
    const stamp = this.#stamp();
    if (this.#start > stamp.serial) this.#start = stamp.serial;
    return this.#told('found', stamp);
  }

  got(event: AnyEventObject, causedBy: number | null = null): MachineEntry {
    const before = this.#state;
    this.#state = this.#machine.transition(before, event);
    return {
      ...{ ...this.#stamp(causedBy), type: 'transition', ...this.name },
      ...{ event: plainOf(event) as typeof event, from: plainOf(before.value) },
      ...outcomeOf(before, this.#state),
    };
  }

  stopped(): MachineEntry {
    return this.#told('stopped', this.#stamp());
  }

  #told(what: 'started' | 'found' | 'stopped', stamp: Stamp): MachineEntry {
    const { value, context } = this.#state;
    const { parent } = this.#place;
    return {
      ...{ ...stamp, type: 'actor', what, ...this.name, machine: this.#machine.id },
      ...{ parent: parent?.name ?? null, state: plainOf(value), context: plainOf(context) },
      definition: definitionText(this.#machine),
    };
  }

  #stamp(causedBy: number | null = null): Stamp {
    const serial = this.#place.next();
    return { serial, atMs: serial, party: this.#place.peer, causedBy };
  }
}
