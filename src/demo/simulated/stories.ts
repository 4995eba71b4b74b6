/**
 * The courses of events of a simulated room: each is what was done by hand, and how far it was told. Whoever
 * goes back and does something else begins another one; the old one is kept.
 *
 * Invariant: there is always one that is told now.
 */
import { STORIES_MAX } from '../../limits/simulated-room.ts';
import type { HandInput } from '../../log/by-hand/inputs.ts';

interface Kept {
  readonly number: number;
  readonly forkedAtMs: number | null;
  endMs: number;
  inputs: readonly HandInput[];
}

/** How far a world is. */
interface Told {
  readonly nowMs: number;
  readonly done: readonly HandInput[];
  readonly toCome: readonly HandInput[];
}

/** See above. */
export class Stories {
  #kept: readonly Kept[] = [{ number: 1, forkedAtMs: null, endMs: 0, inputs: [] }];
  #present = this.#kept[0] as Kept;
  #last = 1;

  /** The number of the one that is told now. */
  get number(): number {
    return this.#present.number;
  }

  /** All of them, for whoever chooses one. @param nowMs of the one that is told now. */
  list(nowMs: number): readonly { number: number; forkedAtMs: number | null; endMs: number }[] {
    return this.#kept.map((story) => {
      const { number, forkedAtMs } = story;
      return {
        number,
        forkedAtMs,
        endMs: story === this.#present ? Math.max(story.endMs, nowMs) : story.endMs,
      };
    });
  }

  /** Keeps what is known of the one that is told now. */
  keep({ nowMs, done, toCome }: Told): void {
    this.#present.endMs = Math.max(this.#present.endMs, nowMs);
    this.#present.inputs = [...done, ...toCome];
  }

  /** What was done in the one that is told now. */
  get inputs(): readonly HandInput[] {
    return this.#present.inputs;
  }

  /** True where the one that is told now has gone further than this. */
  isPast(nowMs: number): boolean {
    return nowMs < this.#present.endMs;
  }

  /** Another one begins here. */
  fork(nowMs: number): void {
    this.#last += 1;
    const forked = { number: this.#last, forkedAtMs: nowMs, endMs: nowMs, inputs: [] };
    this.#present = forked;
    const kept = [...this.#kept, forked];
    this.#kept = kept.length > STORIES_MAX ? kept.slice(1) : kept;
  }

  /** Goes over to another one. @returns how far it was told; `undefined` where there is none. */
  choose(number: number): number | undefined {
    const chosen = this.#kept.find((story) => story.number === number);
    if (chosen) this.#present = chosen;
    return chosen?.endMs;
  }
}
