/** How a simulated world is run, and what that gives. */

import type { Network } from '../io/network.ts';
import type { RoomLogOptions } from '../log/room-log.ts';
import type { WorldActor } from './actor.ts';
import type { Recording } from './recording.ts';
import type { Variant } from './stage/variant.ts';

/**
 * Stands between a process and its network, and passes everything on.
 * @param nowMs the clock of the world.
 */
export type WireTap = (nowMs: () => number) => (network: Network, host: string) => Network;

/** How a world is run. */
export interface WorldOptions {
  /** Limits of an experiment, or a planted bug, in all of our peers; none by default. */
  readonly variant?: Variant;
  /**
   * True makes a violation of every message that somebody has missed in the end, whatever fault came between;
   * false, the default, only of those that were lost over links without a fault (docs/SIMULATION.md).
   */
  readonly asksForEverything?: boolean;
  /** Called with each process of each of our peers as it starts: what plays its user, besides the plan. */
  readonly actor?: (actor: WorldActor) => void;
  /** Told every line of the trace, as it is written. */
  readonly onTrace?: (line: string) => void;
  /** Where all that our peers do is kept (src/log); nowhere by default. Their interpreters register there. */
  readonly logged?: Omit<RoomLogOptions, 'nowMs'>;
  /** Who sees all bytes, of other implementations and the room server, too; nobody by default. */
  readonly captured?: WireTap;
}

/** What a run gives. */
export interface Outcome {
  readonly recording: Recording;
  /** SHA-256 of the trace: equal for equal seeds (invariant 8). */
  readonly traceHash: string;
  /** Simulated time, in milliseconds. */
  readonly simulatedMs: number;
}
