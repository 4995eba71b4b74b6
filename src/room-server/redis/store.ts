/**
 * The shared store as the registry sees it: functions that run there in one piece, and whether it is there at
 * all.
 */
import type { RoomServerLimits } from '../../limits/room-server.ts';
import type { RoomServerEvent } from '../events.ts';
import type { RegistryLimits } from '../registry/registry.ts';
import type { ScriptName } from './scripts/scripts.ts';

/** A store that several room servers share. */
export interface Store {
  /** How often it has been connected to; 0 until the first time. */
  readonly epoch: number;
  /** For how long it has been there without a break; 0 while it is away, or a part of it. */
  readonly connectedMs: number;
  /**
   * Runs a function of the store on a key.
   * @returns what it returns, or a rejection with a StoreAwayError: it may have run, or not.
   */
  run(script: ScriptName, key: string, words: readonly string[]): Promise<unknown>;
}

/** What a registry on a store is made of. */
export interface RedisRegistryOptions {
  readonly store: Store;
  /**
   * Names this server among all that share the store, and no other incarnation of it; without white space.
   */
  readonly server: string;
  readonly limits: RegistryLimits &
    Pick<
      RoomServerLimits,
      | 'storeSettleMs'
      | 'storeServerGoneMs'
      | 'storeRemovalsMax'
      | 'storeRemovalBatch'
      | 'storeVisitsMax'
      | 'storeClockGapMs'
    >;
  readonly onEvent: (event: RoomServerEvent) => void;
}

/** The store has not answered, or not well. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}
