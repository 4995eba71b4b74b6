/**
 * Room servers and clients on the network in memory, whose rooms are in a real Redis: the clock is the
 * test's, for the store as well, and every wait is for an answer of the store, never for time to pass.
 */
import { MemoryWorld } from '../../tools/world.ts';
import type { SteppedRegistry } from './registries.ts';

/**
 * Questions to the store that one condition may need: an expiry that closes connections that remove members.
 */
const ROUNDS_MAX = 20;

/** See above. */
export class RedisWorld extends MemoryWorld {
  readonly #registries: readonly SteppedRegistry[];

  constructor(registries: readonly SteppedRegistry[], closeGraceMs: number) {
    super({ closeGraceMs });
    this.#registries = registries;
  }

  /** Lets so much time pass, and everything happen that does meanwhile. */
  async pass(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1_000);
    await this.#storeIdle();
    this.settle();
  }

  override async settled<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await this.until('it is settled', () => isSettled);
    return promise;
  }

  override async until(what: string, condition: () => boolean): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      this.settle();
      await this.#storeIdle();
      this.settle();
      if (condition()) return;
    }
    throw new Error(`${what}: not with ${ROUNDS_MAX} answers of the store`);
  }

  async #storeIdle(): Promise<void> {
    for (const registry of this.#registries) await registry.idle();
  }
}
