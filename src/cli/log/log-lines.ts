/**
 * The lines of the log, kept from filling a disk: what strangers and members can cause is bounded in a
 * second, with a fair share for each source, and what is left out is counted in the log itself.
 *
 * Invariants: a line within the bound is written at once and in order; how many were left out is told once a
 * second at most, and at the end.
 */
import type pino from 'pino';
import { RatePerSource } from '../../actors/rate-per-source.ts';
import type { Clock } from '../../io/clock.ts';
import { LOG_LEFT_OUT_MS, LOG_LINES_PER_SECOND_MAX, LOG_SOURCES_MAX } from '../../limits/program.ts';

/** A line: its fields and its words. */
type LogLine = readonly [fields: object, words: string];

/** The levels of the log that are bounded, each by itself: frames leave out no notice. */
type LogLevel = 'debug' | 'info' | 'warn';

/** Writes lines, see above. */
export class LogLines {
  readonly #logger: pino.Logger;
  readonly #rates: Readonly<Record<LogLevel, RatePerSource>>;
  readonly #clock: Pick<Clock, 'now'>;
  #leftOut = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(logger: pino.Logger, clock: Pick<Clock, 'now'>) {
    this.#logger = logger;
    this.#clock = clock;
    const rate = () => new RatePerSource(clock, LOG_SOURCES_MAX, LOG_LINES_PER_SECOND_MAX);
    this.#rates = { debug: rate(), info: rate(), warn: rate() };
  }

  /**
   * Writes a line if there is a share left for it.
   * @param source who has caused it: a link, an address, a kind of event.
   * @param line is called only if the line is written.
   */
  write(level: LogLevel, source: string, line: () => LogLine): void {
    if (!this.#rates[level].allows(source, 0)) {
      this.#leftOut += 1;
      return;
    }
    if (this.#leftOut > 0 && this.#clock.now() - this.#toldMs >= LOG_LEFT_OUT_MS) this.#tellLeftOut();
    this.#logger[level](...line());
  }

  /** The last line is written. */
  finish(): void {
    this.#tellLeftOut();
  }

  #tellLeftOut(): void {
    if (this.#leftOut === 0) return;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    this.#toldMs = this.#clock.now();
    this.#logger.warn({ leftOut }, 'lines were left out: there were too many in a second');
  }
}
