/** The machines that the page knows of, and the steps that they have made: plain data. */
import type { StateValue } from 'xstate';
import type { ChartState } from './chart.ts';
import type { ContextChange } from './context-changes.ts';

/** A machine that runs, or has run. */
export interface Actor {
  /** The serial of its start in the log, as text: names come again. */
  readonly session: string;
  /** Whose it is. */
  readonly peer: string;
  /** `user`, `forward-1`, … */
  readonly name: string;
  /** Session of the one that spawned it; `null` for a peer's user machine. */
  readonly parent: string | null;
  readonly depth: number;
  readonly chart: ChartState;
  /** Where it is now, or where it ended. */
  readonly value: StateValue;
  readonly isStopped: boolean;
  /** Serial of its last step. */
  readonly last: number;
  /** Its context after its last step, as plain JSON. */
  readonly contextNow: unknown;
}

/** Something that happened to an actor. */
export interface Step {
  /** Of its entry in the log. */
  readonly serial: number;
  /** The entry that caused it; `null` where that is not known. */
  readonly causedBy: number | null;
  /** Milliseconds since 1970, the server's clock; in a simulated world since its beginning. */
  readonly atMs: number;
  /** Where a bound has cut what an actor did before, it is found. */
  readonly kind: 'started' | 'found' | 'event' | 'stopped';
  readonly peer: string;
  readonly session: string;
  readonly actor: string;
  /** Type of the event; empty where there was none. */
  readonly event: string;
  /** Name of the actor that has sent it; empty for what came from outside. */
  readonly sender: string;
  /** `null` for a start. */
  readonly from: StateValue | null;
  readonly to: StateValue;
  /** What is looked at of one step at a time; of a recording it is made when it is looked at. */
  detail(): StepDetail;
}

/** See above. */
export interface StepDetail {
  /** Ids of the arrows that were taken; none where the machine did not react. */
  readonly taken: readonly string[];
  /** The event and the context after it, as JSON; cut where they are long. */
  readonly payload: string;
  readonly context: string;
  /** What this step has changed in the context. */
  readonly changes: readonly ContextChange[];
}

/** An event of this page that its machine did not get. */
export interface Refusal {
  readonly session: string;
  readonly event: string;
  readonly reason: string;
  readonly atMs: number;
}
