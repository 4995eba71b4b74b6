/**
 * How far a simulation has come: a bar on a terminal, one line at the end elsewhere; on standard error.
 *
 * Invariant: of a terminal that nobody reads one bar waits at most.
 */
import { errorsWritten, isErrorWaiting, writeError } from '../output/standard-error.ts';

const PROGRESS_EVERY_MS = 200;
const BAR_WIDTH = 30;

/** Seeds done, violations, simulated time per second. */
export class Progress {
  readonly #total: number;
  readonly #startedMs = performance.now();
  #done = 0;
  #simulatedMs = 0;
  #drawnMs = 0;
  violations = 0;

  constructor(total: number) {
    this.#total = total;
  }

  add({ simulatedMs, violation }: { readonly simulatedMs: number; readonly violation: unknown }): void {
    this.#done += 1;
    this.#simulatedMs += simulatedMs;
    if (violation) this.violations += 1;
    const nowMs = performance.now();
    if (!process.stderr.isTTY || nowMs - this.#drawnMs < PROGRESS_EVERY_MS) return;
    this.#drawnMs = nowMs;
    if (isErrorWaiting()) return;
    const filled = Math.round((this.#done / this.#total) * BAR_WIDTH);
    const bar = '#'.repeat(filled).padEnd(BAR_WIDTH, '.');
    writeError(`\r\x1b[K[${bar}] ${this.#words()}`);
  }

  /** The last line. Resolves when it is out, or nobody reads it. */
  end(): Promise<void> {
    writeError(`${process.stderr.isTTY ? '\r\x1b[K' : ''}${this.#words()}\n`);
    return errorsWritten();
  }

  #words(): string {
    const elapsedMs = Math.max(1, performance.now() - this.#startedMs);
    const speed = Math.round(this.#simulatedMs / elapsedMs);
    const perMinute = Math.round((this.#done / elapsedMs) * 60_000);
    const violations = this.violations === 1 ? '1 violation' : `${this.violations} violations`;
    return `${this.#done} of ${this.#total} seeds, ${violations}, ${speed} × real time, ${perMinute} seeds a minute`;
  }
}
