/** The real machines as `/inspect` tells of them, for the tests of the page. */
import { stringifyState } from '@xstate/inspect/lib/serialize.js';
import type { AnyEventObject, AnyState, AnyStateMachine } from 'xstate';
import { statecharts } from '../../../../scripts/statecharts.ts';
import type { InspectMessage } from '../../../../src/console/inspect/inspect-messages.ts';
import { type ChartState, readChart } from '../../../../src/console/page/inspection/chart.ts';
import { definitionText } from '../../../../src/log/watch/machine-definition.ts';

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

/** A machine that is driven as a pure function, and what `/inspect` would tell of it. */
export class ToldMachine {
  readonly session: string;
  readonly #name: string;
  readonly #parent: string | undefined;
  readonly #machine: AnyStateMachine;
  #state: AnyState;
  #atMs = 0;

  constructor(machine: AnyStateMachine, session: string, name: string, parent?: string) {
    this.#machine = machine;
    this.session = session;
    this.#name = name;
    this.#parent = parent;
    this.#state = machine.initialState;
  }

  get value(): unknown {
    return this.#state.value;
  }

  started(): InspectMessage {
    return {
      type: 'service.register',
      sessionId: this.session,
      id: this.#name,
      machine: definitionText(this.#machine),
      state: stringifyState(this.#state),
      ...(this.#parent === undefined ? {} : { parent: this.#parent }),
      atMs: this.#tick(),
    };
  }

  got(event: AnyEventObject, origin?: string): InspectMessage {
    const data = { name: event.type, type: 'external', $$type: 'scxml', data: event, origin } as const;
    this.#state = this.#machine.transition(this.#state, data as unknown as AnyEventObject);
    return {
      type: 'service.state',
      sessionId: this.session,
      state: stringifyState(this.#state),
      atMs: this.#tick(),
    };
  }

  stopped(): InspectMessage {
    return { type: 'service.stop', sessionId: this.session, atMs: this.#tick() };
  }

  #tick(): number {
    this.#atMs += 1;
    return this.#atMs;
  }
}
