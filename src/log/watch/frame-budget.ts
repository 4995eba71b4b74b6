/**
 * How many frames of a party a log looks at where it need not have all of them: looking at each of a million
 * a second would cost more than relaying them. What is passed over is counted, and the log says how many.
 *
 * Invariant: whatever was counted is told after GAP_MS at the latest, also when nothing more comes.
 */
import type { Clock, Timer } from '../../io/clock.ts';
import { FULL_BUCKET, nextTokenMs, type Rate, withoutToken } from '../../pacing/token-bucket.ts';

/** So many frames at once, then one in an interval, by this clock. */
export interface FrameRate extends Rate {
  readonly clock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;
}

/** A flood is told of this often, with the number of frames that were passed over. */
const GAP_MS = 100;

/** See above; one for each party. */
export class FrameBudget {
  readonly #rate: FrameRate | undefined;
  readonly #tell: (missing: number) => void;
  #bucket = FULL_BUCKET;
  #missing = 0;
  #timer: Timer | undefined;

  /**
   * @param rate nothing where every frame is looked at.
   * @param tell says that so many frames are missing in the log.
   */
  constructor(rate: FrameRate | undefined, tell: (missing: number) => void) {
    this.#rate = rate;
    this.#tell = tell;
  }

  /** True while frames may be looked at. */
  get hasMore(): boolean {
    const rate = this.#rate;
    return !rate || nextTokenMs(this.#bucket, rate) <= rate.clock.now();
  }

  /** A frame was looked at. */
  spend(): void {
    const rate = this.#rate;
    if (rate) this.#bucket = withoutToken(this.#bucket, rate, rate.clock.now());
  }

  /** So many were passed over. */
  passedOver(count: number): void {
    if (count <= 0 || !this.#rate) return;
    this.#missing += count;
    this.#timer ??= this.#rate.clock.setTimeout(() => this.#told(), GAP_MS);
  }

  #told(): void {
    this.#timer = undefined;
    const missing = this.#missing;
    this.#missing = 0;
    this.#tell(missing);
  }
}
