/**
 * When this peer has written, and when it has heard anything from anybody: kept on the data plane, where
 * every chunk passes, so it costs a comparison there; who wants to know of an edge waits for it.
 */
import type { Clock } from '../io/clock.ts';

/** Signs of life of all others together, see above. */
export class Pulse {
  readonly #clock: Pick<Clock, 'now'>;
  /** When the first of the bytes was written that nothing has come back for, from anybody. */
  #unansweredSinceMs: number | null = null;
  #isRoomServerAsked = false;
  #awaitsWrite: (() => void) | undefined;
  #awaitsSign: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** True while a request to the room server is unanswered, and nobody else was heard since. */
  get isRoomServerAsked(): boolean {
    return this.#isRoomServerAsked;
  }

  /** For how long we have written without hearing anything, in milliseconds; 0 after every sign of life. */
  unansweredMs(): number {
    return this.#unansweredSinceMs === null ? 0 : this.#clock.now() - this.#unansweredSinceMs;
  }

  /** Something is written to somebody. */
  wrote(isToRoomServer: boolean): void {
    this.#isRoomServerAsked ||= isToRoomServer;
    if (this.#unansweredSinceMs !== null) return;
    this.#unansweredSinceMs = this.#clock.now();
    const told = this.#awaitsWrite;
    this.#awaitsWrite = undefined;
    told?.();
  }

  /** Something has come in, or was acknowledged. */
  heard(): void {
    this.#unansweredSinceMs = null;
    this.#isRoomServerAsked = false;
    const told = this.#awaitsSign;
    this.#awaitsSign = undefined;
    told?.();
  }

  /** Calls back once, at the next write; at once where something is unanswered. One waits at a time. */
  awaitWrite(callback: () => void): () => void {
    if (this.#unansweredSinceMs !== null) {
      callback();
      return () => {};
    }
    this.#awaitsWrite = callback;
    return () => {
      if (this.#awaitsWrite === callback) this.#awaitsWrite = undefined;
    };
  }

  /** Calls back once, when the next thing comes in. One waits at a time. */
  awaitSign(callback: () => void): () => void {
    this.#awaitsSign = callback;
    return () => {
      if (this.#awaitsSign === callback) this.#awaitsSign = undefined;
    };
  }
}
