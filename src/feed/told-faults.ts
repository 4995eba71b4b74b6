/**
 * What is wrong with neighbours, told once of each neighbour and kind. What is told of members and what is
 * told of strangers is bounded by itself: under ever new names strangers fill neither the Command window nor
 * the memory of what members were told of.
 *
 * Invariants: of a neighbour and kind that is remembered nothing is told again; so many are remembered, of
 * more the oldest is forgotten; so many are told at once, then one in an interval. What is not told for that
 * reason is told when it happens again and there is room.
 */
import type { Clock } from '../io/clock.ts';
import type { FaultLimits } from '../limits/faults.ts';
import { FULL_BUCKET, nextTokenMs, withoutToken } from '../pacing/token-bucket.ts';
import type { Fault, Neighbour } from '../words/faults.ts';
import type { Report } from '../words/notices.ts';

/** What was told of members, or of strangers. */
interface Told {
  readonly kinds: Set<string>;
  bucket: number;
}

/** One per peer. */
export class ToldFaults {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limits: FaultLimits;
  readonly #report: Report;
  readonly #ofMembers: Told = { kinds: new Set(), bucket: FULL_BUCKET };
  readonly #ofStrangers: Told = { kinds: new Set(), bucket: FULL_BUCKET };

  constructor(clock: Pick<Clock, 'now'>, limits: FaultLimits, report: Report) {
    this.#clock = clock;
    this.#limits = limits;
    this.#report = report;
  }

  /** True if the user knows of this neighbour and kind. */
  has({ key, isMember }: Neighbour, kind: string): boolean {
    return this.#of(isMember).kinds.has(keyOf(key, kind));
  }

  /** Tells the user, unless that was done before, or too much has been told just now. */
  tell({ key, who, isMember }: Neighbour, fault: Fault): void {
    const told = this.#of(isMember);
    const name = keyOf(key, fault.kind);
    if (told.kinds.has(name) || !this.#hasToken(told)) return;
    const [oldest] = told.kinds;
    if (oldest !== undefined && told.kinds.size >= this.#limits.faultsToldMax) told.kinds.delete(oldest);
    told.kinds.add(name);
    this.#report({ window: 'command', type: 'fault', neighbour: who, ...fault });
  }

  #of(isMember: boolean): Told {
    return isMember ? this.#ofMembers : this.#ofStrangers;
  }

  #hasToken(told: Told): boolean {
    const { faultsAtOnceMax: atOnce, faultIntervalMs: intervalMs } = this.#limits;
    const nowMs = this.#clock.now();
    if (nextTokenMs(told.bucket, { atOnce, intervalMs }) > nowMs) return false;
    told.bucket = withoutToken(told.bucket, { atOnce, intervalMs }, nowMs);
    return true;
  }
}

/** A name has no line feed. */
function keyOf(key: string, kind: string): string {
  return `${key}\n${kind}`;
}
