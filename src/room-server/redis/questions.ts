/**
 * What a registry asks its store: an answer, or nothing where the store is away, which is told. And the marks
 * that changes are given.
 */
import { randomUUID } from 'node:crypto';
import type { RoomServerEvent } from '../events.ts';
import type { ScriptName } from './scripts/scripts.ts';
import { type Store, StoreAwayError } from './store.ts';

/** See above. */
export class Questions {
  readonly #store: Store;
  readonly #onEvent: (event: RoomServerEvent) => void;
  readonly #incarnation = randomUUID().replaceAll('-', '').slice(0, LIFE_CHARACTERS);
  #marks = 0;

  constructor({
    store,
    onEvent,
  }: {
    readonly store: Store;
    readonly onEvent: (event: RoomServerEvent) => void;
  }) {
    this.#store = store;
    this.#onEvent = onEvent;
  }

  /** A word that nobody else ever uses, and this registry once: one change of a list. */
  mark(): string {
    this.#marks += 1;
    return `${this.#incarnation}.${this.#marks.toString(36)}`;
  }

  /**
   * What a function of the store returns; `undefined` where the store is away. That the answer is what the
   * function returns is not looked at again.
   */
  async ask<Reply>(script: ScriptName, key: string, words: readonly string[]): Promise<Reply | undefined> {
    try {
      return (await this.#store.run(script, key, words)) as Reply;
    } catch (error) {
      if (!(error instanceof StoreAwayError)) throw error;
      this.#onEvent({ type: 'store failed', reason: error.message });
      return undefined;
    }
  }
}

/** 64 random bits (a digit of a UUID is fixed): two incarnations of servers never share their marks. */
const LIFE_CHARACTERS = 17;
