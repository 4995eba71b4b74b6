/** The machines that the page knows of, and the steps that they have made: plain data. */
import type { StateValue } from 'xstate';
import type { ChartState } from './chart.ts';
import type { ContextChange } from './context-changes.ts';

/** A machine that runs, or has run. */
export interface Actor {
  /** XState's id of it in its process. */
  readonly session: string;
  /** `user`, `forward-1`, … */
  readonly name: string;
  /** Session of the one that spawned it; `null` for a peer's user machine. */
  readonly parent: string | null;
  /** Session at the top of its tree. */
  readonly root: string;
  readonly depth: number;
  readonly chart: ChartState;
  /** Where it is now, or where it ended. */
  readonly value: StateValue;
  readonly isStopped: boolean;
  /** Its context after its last step, as plain JSON. */
  readonly contextNow: unknown;
}

/** Something that happened to an actor. */
export interface Step {
  /** Counts all steps from 1. */
  readonly serial: number;
  /** Its entry in the log, and the one that caused it; `null` where that is not known. */
  readonly entry: number | null;
  readonly causedBy: number | null;
  /** Milliseconds since 1970, the server's clock. */
  readonly atMs: number;
  /** An actor that had run for a while when the page came is found. */
  readonly kind: 'started' | 'found' | 'event' | 'stopped';
  readonly session: string;
  readonly root: string;
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
