/**
 * The shared store as the registry sees it: functions that run there in one piece, and whether it is there at
 * all.
 */
import type { ScriptName } from './scripts.ts';

/** A store that several room servers share. */
export interface Store {
  /** Which connection to the store this is; what was learned over an earlier one may not hold any more. */
  readonly epoch: number;
  /** For how long the present connection has been up; 0 while there is none. */
  readonly connectedMs: number;
  /**
   * Runs a function of the store; MUST keep the order of the calls.
   * @returns what it returns, or a rejection with a StoreAwayError: it may have run, or not.
   */
  run(script: ScriptName, words: readonly string[]): Promise<unknown>;
}

/** The store has not answered, or not well. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}
