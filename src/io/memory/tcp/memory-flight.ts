/**
 * The segments of one direction of a TCP connection that are under way. Invariant: they arrive in the order
 * in which they set off, those of one instant together; one timer an instant.
 */
import type { Timer } from '../../clock.ts';
import type { MemoryPath } from './memory-path.ts';

/** What travels on a TCP connection. */
export type Segment =
  /** The last part of the three-way handshake. */
  | { readonly kind: 'open' }
  /** An empty one asks a receiver that has no space left whether it has some by now. */
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'fin' }
  | { readonly kind: 'rst' };

/** Segments that arrive at one instant. */
interface Group {
  readonly atMs: number;
  readonly segments: Segment[];
  timer: Timer;
}

/** What is under way, see above. */
export class Flight {
  readonly #path: MemoryPath;
  readonly #arrive: (segments: readonly Segment[]) => void;
  #groups: Group[] = [];
  #lastArrivalMs = 0;

  /** @param arrive called with what arrives at one instant. */
  constructor(path: MemoryPath, arrive: (segments: readonly Segment[]) => void) {
    this.#path = path;
    this.#arrive = arrive;
  }

  /** A segment sets off; it never overtakes another one. */
  add(segment: Segment): void {
    const bytes = segment.kind === 'data' ? segment.bytes.length : 0;
    const atMs = Math.max(this.#lastArrivalMs, this.#path.arrivalMs(bytes));
    const last = this.#groups.at(-1);
    if (last?.atMs === atMs) last.segments.push(segment);
    else this.#expect({ atMs, segments: [segment], timer: undefined });
    this.#lastArrivalMs = atMs;
  }

  /** Takes all back that is under way, in order: it does not arrive. */
  recall(): Segment[] {
    for (const { timer } of this.#groups) this.#path.clock.clearTimeout(timer);
    const segments = this.#groups.flatMap((group) => group.segments);
    this.#groups = [];
    return segments;
  }

  #expect(group: Group): void {
    const { clock } = this.#path;
    this.#groups.push(group);
    group.timer = clock.setTimeout(() => {
      this.#groups.shift();
      this.#arrive(group.segments);
    }, group.atMs - clock.now());
  }
}
