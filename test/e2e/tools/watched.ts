/**
 * Waiting for what happens instead of for time to pass: whatever changes by itself (a process, a socket)
 * tells so, and a wait looks at its condition again whenever something has changed.
 */

/** Far over anything that a healthy program takes on a busy computer. */
export const DEADLINE_MS = 30_000;

/** Something that changes by itself. */
export abstract class Watched {
  readonly #checks = new Set<() => void>();

  /** True when nothing more can change: what has not happened until then never will. */
  abstract get isOver(): boolean;
  /** What has happened so far, for the message of a wait in vain. */
  abstract transcript(): string;

  /** Calls `check` on every change until it is taken off again. */
  watch(check: () => void): () => void {
    this.#checks.add(check);
    return () => this.#checks.delete(check);
  }

  /** Resolves with the first value of `condition` that is neither `undefined` nor `false`. */
  until<T>(what: string, condition: () => T | undefined | false, deadlineMs = DEADLINE_MS): Promise<T> {
    return until([this], what, condition, deadlineMs);
  }

  protected changed(): void {
    for (const check of [...this.#checks]) check();
  }
}

/**
 * Waits for a condition over several things.
 * @returns rejects after the deadline, or when all of them are over, with what has happened in the message.
 */
export function until<T>(
  sources: readonly Watched[],
  what: string,
  condition: () => T | undefined | false,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  // Made here, so that its stack shows the line that waits.
  const inVain = new Error();
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const releases: (() => void)[] = [];
    const stop = (): void => {
      clearTimeout(timer);
      for (const release of releases) release();
    };
    const giveUp = (why: string): void => {
      stop();
      inVain.message = `${what}: ${why}\n${sources.map((source) => source.transcript()).join('\n')}`;
      reject(inVain);
    };
    const check = (): void => {
      const value = condition();
      if (value !== undefined && value !== false) {
        stop();
        resolve(value);
      } else if (sources.every(({ isOver }) => isOver)) {
        giveUp('it is over');
      }
    };
    timer = setTimeout(() => giveUp(`not within ${deadlineMs} ms`), deadlineMs);
    for (const source of sources) releases.push(source.watch(check));
    check();
  });
}
