/**
 * Gathers what the user is told of dropped frames: the first of a kind at once, then at most one line per
 * kind in 10 s with the count and the last case (PROTOCOL.md, Flooding: duplicates are normal where the
 * overlay has a cycle).
 */
import type { Clock, Timer } from '../io/clock.ts';
import type { DropKind, Report } from '../words/notices.ts';

interface Gathering {
  timer: Timer;
  count: number;
  /** Made into words only when it is told; until then it may hold the chunk that the frame came in. */
  last: (() => string) | undefined;
}

/** One per peer; `stop` it with the peer. */
export class DroppedNotices {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #report: Report;
  readonly #gatherings = new Map<DropKind, Gathering>();

  constructor(clock: Clock, periodMs: number, report: Report) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#report = report;
  }

  /** @param last what was dropped, in words; asked for only when it is shown. */
  add(kind: DropKind, last: () => string): void {
    const gathering = this.#gatherings.get(kind);
    if (gathering) {
      gathering.count += 1;
      gathering.last = last;
      return;
    }
    this.#tell(kind, 1, last());
  }

  stop(): void {
    for (const { timer } of this.#gatherings.values()) this.#clock.clearTimeout(timer);
    this.#gatherings.clear();
  }

  #tell(kind: DropKind, count: number, last: string): void {
    const timer = this.#clock.setTimeout(() => this.#periodOver(kind), this.#periodMs);
    this.#gatherings.set(kind, { timer, count: 0, last: undefined });
    this.#report({ window: 'command', type: 'dropped', kind, count, last });
  }

  #periodOver(kind: DropKind): void {
    const gathering = this.#gatherings.get(kind);
    this.#gatherings.delete(kind);
    if (gathering?.last) this.#tell(kind, gathering.count, gathering.last());
  }
}
