/**
 * When which link was up, as each of its two ends saw it. A link counts as whole for a time if both ends had
 * it all that time: half-open links and handshakes under way don't.
 */
import type { RecordedLink } from '../recording.ts';

interface Interval {
  readonly upMs: number;
  downMs: number;
  readonly isFailback: boolean;
}

/** One end: `owner` had a link with `other`, which `owner` dialled (`forward`) or not. */
interface End {
  readonly owner: number;
  readonly other: number;
  readonly isForward: boolean;
  readonly intervals: Interval[];
}

/** One link as one of its ends saw it. */
export interface LinkSpan {
  readonly owner: number;
  /** The owner has dialled it. */
  readonly isForward: boolean;
  readonly upMs: number;
  /** Infinite while it is up. */
  readonly downMs: number;
}

/** The links of one world. */
export class LinkBook {
  readonly #ends = new Map<string, End>();

  up(owner: number, other: number, isForward: boolean, atMs: number, isFailback = false): void {
    this.#end(owner, other, isForward).intervals.push({
      upMs: atMs,
      downMs: Number.POSITIVE_INFINITY,
      isFailback,
    });
  }

  /** The oldest link of this kind that is still up has gone. */
  down(owner: number, other: number, isForward: boolean, atMs: number): void {
    const open = this.#end(owner, other, isForward).intervals.find(
      ({ downMs }) => downMs === Number.POSITIVE_INFINITY,
    );
    if (open) open.downMs = atMs;
  }

  /** A process has ended: so have all its links, as it saw them. */
  allDown(owner: number, atMs: number): void {
    for (const end of this.#ends.values()) {
      if (end.owner !== owner) continue;
      for (const interval of end.intervals) interval.downMs = Math.min(interval.downMs, atMs);
    }
  }

  /** Every link that two peers ever had, as each of them saw it, in order of its beginning. */
  between(one: number, other: number): LinkSpan[] {
    return [...this.#ends.values()]
      .filter(
        (end) => (end.owner === one && end.other === other) || (end.owner === other && end.other === one),
      )
      .flatMap(({ owner, isForward, intervals }) =>
        intervals.map(({ upMs, downMs }) => ({ owner, isForward, upMs, downMs })),
      )
      .sort((left, right) => left.upMs - right.upMs);
  }

  /** Pairs of peers with a link that both ends had from one time to another. */
  wholeBetween(fromMs: number, toMs: number): [number, number][] {
    const spans = ({ intervals }: End) =>
      intervals.some(({ upMs, downMs }) => upMs <= fromMs && downMs >= toMs);
    return [...this.#ends.values()]
      .filter((end) => end.isForward && spans(end))
      .filter(({ owner, other }) => {
        const back = this.#ends.get(key(other, owner, false));
        return back !== undefined && spans(back);
      })
      .map(({ owner, other }) => [owner, other]);
  }

  /** Every link as the peer that dialled it saw it. */
  recorded(endMs: number): RecordedLink[] {
    return [...this.#ends.values()]
      .filter(({ isForward }) => isForward)
      .flatMap(({ owner, other, intervals }) =>
        intervals.map(({ upMs, downMs, isFailback }) => ({
          from: owner,
          to: other,
          upMs,
          downMs: Math.min(downMs, endMs),
          isFailback,
        })),
      )
      .sort((left, right) => left.upMs - right.upMs);
  }

  #end(owner: number, other: number, isForward: boolean): End {
    const id = key(owner, other, isForward);
    const end = this.#ends.get(id) ?? { owner, other, isForward, intervals: [] };
    this.#ends.set(id, end);
    return end;
  }
}

function key(owner: number, other: number, isForward: boolean): string {
  return `${owner}${isForward ? '>' : '<'}${other}`;
}
