/**
 * How often an address may be dialled, whatever member lists say: they come from a room server that may be
 * anybody's, and name addresses of people who are no members at all. Names count for nothing here.
 *
 * An address (host and port) that did not answer is left alone for a while, twice as long each time, but no
 * longer than the search rests: each attempt dials everybody who could not be reached in the last one, so
 * that a room that was in pieces comes together in one attempt. A host is dialled so many times at once and
 * then once in an interval, all its ports together (loopback more often). Who said no without delay, once,
 * may be ready by now, and costs no time: it has a second chance at once when a link that worked is lost,
 * because then the order of the ring decides again whom we link to.
 *
 * Invariants: what is remembered is bounded in number; an address is forgotten only after its pause is over,
 * as long as there is space. Pure: the time comes from the caller, in milliseconds.
 */
import type { PeerLimits } from '../../limits/peer.ts';
import { backOffMs } from '../../pacing/back-off.ts';
import { FULL_BUCKET, nextTokenMs, type Rate, withoutToken } from '../../pacing/token-bucket.ts';
import { dialled, isLoopback } from '../../protocol/names.ts';

/** These pauses are of one peer alone: nobody has to come at another moment than others. */
const NO_RANDOM = () => 0;

/** An IPv4 address (or the word `localhost`) and a port. */
export interface DialAddress {
  readonly ip: string;
  readonly port: number;
}

/** The bounds of the allowance. */
type DialLimits = Pick<
  PeerLimits,
  | 'connectTimeoutMs'
  | 'handshakeTimeoutMs'
  | 'dialPauseMinMs'
  | 'searchRetryMs'
  | 'dialsPerHostMax'
  | 'dialHostIntervalMs'
  | 'loopbackDialsPerHostMax'
  | 'loopbackDialHostIntervalMs'
  | 'dialAddressesMax'
>;

interface Failure {
  /** In a row. */
  readonly count: number;
  readonly wasSilent: boolean;
  readonly atMs: number;
  readonly dueMs: number;
}

/** What is remembered of dials, see above. */
export class DialAllowance {
  readonly #limits: DialLimits;
  /** By address; who failed last is last. */
  readonly #failures = new Map<string, Failure>();
  /** By address: when a dial that is under way is over at the latest. */
  readonly #busyUntilMs = new Map<string, number>();
  /** By host: its token bucket; who was dialled last is last. */
  readonly #buckets = new Map<string, number>();
  /** Who has failed once until then has a second chance. */
  #secondChanceMs = Number.NEGATIVE_INFINITY;

  constructor(limits: DialLimits) {
    this.#limits = limits;
  }

  /** The earliest time at which this address may be dialled; in the past where that is now. */
  dueMs(address: DialAddress): number {
    const host = dialled(address.ip);
    const hostDueMs = nextTokenMs(this.#buckets.get(host) ?? FULL_BUCKET, this.#rate(host));
    const key = keyOf(address);
    const failure = this.#failures.get(key);
    const failureDueMs = failure && !this.#hasSecondChance(failure) ? failure.dueMs : hostDueMs;
    return Math.max(hostDueMs, failureDueMs, this.#busyUntilMs.get(key) ?? hostDueMs);
  }

  /** A dial begins now: until it is over, the address is dialled under no other name. */
  dialled(address: DialAddress, nowMs: number): void {
    const host = dialled(address.ip);
    const bucket = withoutToken(this.#buckets.get(host) ?? FULL_BUCKET, this.#rate(host), nowMs);
    this.#buckets.delete(host);
    makeSpace(this.#buckets, this.#limits.dialAddressesMax, (fullAtMs) => fullAtMs <= nowMs);
    this.#buckets.set(host, bucket);
    const { connectTimeoutMs, handshakeTimeoutMs, dialAddressesMax } = this.#limits;
    makeSpace(this.#busyUntilMs, dialAddressesMax, (each) => each <= nowMs);
    this.#busyUntilMs.set(keyOf(address), nowMs + connectTimeoutMs + handshakeTimeoutMs);
  }

  /**
   * A dial was in vain: nobody answered, or not as a peer does.
   * @param wasSilent false where it said so without delay.
   */
  failed(address: DialAddress, nowMs: number, wasSilent: boolean): void {
    const { dialPauseMinMs, searchRetryMs, dialAddressesMax } = this.#limits;
    const key = keyOf(address);
    this.#busyUntilMs.delete(key);
    const before = this.#failures.get(key);
    const isInARow = before !== undefined && before.dueMs + searchRetryMs > nowMs;
    const count = isInARow ? before.count + 1 : 1;
    const pauseMs = backOffMs(
      { minMs: dialPauseMinMs, maxMs: searchRetryMs, jitterRatio: 0 },
      count - 1,
      NO_RANDOM,
    );
    this.#failures.delete(key);
    // Who has been due for long and was not dialled again counts anew.
    makeSpace(this.#failures, dialAddressesMax, ({ dueMs }) => dueMs + searchRetryMs <= nowMs);
    this.#failures.set(key, { count, wasSilent, atMs: nowMs, dueMs: nowMs + pauseMs });
  }

  /** A peer has answered there: its failures are forgotten, the dials of its host are not. */
  answered(address: DialAddress): void {
    this.#failures.delete(keyOf(address));
    this.released(address);
  }

  /** A dial was given up for another one: nothing is known of its address. */
  released(address: DialAddress): void {
    this.#busyUntilMs.delete(keyOf(address));
  }

  /** A link that worked is lost: who said no once, without delay, may be dialled at once. */
  giveSecondChance(nowMs: number): void {
    this.#secondChanceMs = nowMs;
  }

  /**
   * The network was at fault, not those who were dialled: they may be dialled at once, as often as before.
   */
  forgive(): void {
    this.#failures.clear();
  }

  #hasSecondChance({ count, wasSilent, atMs }: Failure): boolean {
    return count === 1 && !wasSilent && atMs <= this.#secondChanceMs;
  }

  #rate(host: string): Rate {
    const { dialsPerHostMax, dialHostIntervalMs, loopbackDialsPerHostMax, loopbackDialHostIntervalMs } =
      this.#limits;
    return isLoopback(host)
      ? { atOnce: loopbackDialsPerHostMax, intervalMs: loopbackDialHostIntervalMs }
      : { atOnce: dialsPerHostMax, intervalMs: dialHostIntervalMs };
  }
}

function keyOf({ ip, port }: DialAddress): string {
  return `${dialled(ip)}:${port}`;
}

/** Forgets from the front what is over, and what has to go for one more. */
function makeSpace<Value>(map: Map<string, Value>, max: number, isOver: (value: Value) => boolean): void {
  for (const [key, value] of map) {
    if (!isOver(value) && map.size < max) return;
    map.delete(key);
  }
}
