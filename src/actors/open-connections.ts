/**
 * The connections that have not ended yet, so that the end of a peer can be told from the beginning of its
 * end.
 *
 * A link that is left is read until the other side's FIN, however late that comes: a neighbour that stands
 * still for minutes may have messages for us that nobody else has. Our own FIN waits for a moment where
 * another link has taken its place: a neighbour that gets FIN sends nothing more, and what is on its way
 * through the room may have passed the one link already and not yet come to the other.
 */
import { filter, map, type Observable, Subject, startWith, take } from 'rxjs';
import type { Clock, Timer } from '../io/clock.ts';
import type { Connection } from '../io/network.ts';
import type { PeerLimits } from '../limits/peer.ts';

/** Every connection of one peer from its opening to its end. */
export class OpenConnections {
  readonly #limits: Pick<PeerLimits, 'leftLinkMs' | 'leftLinksMax' | 'overlapMs'>;
  readonly #clock: Clock;
  readonly #open = new Set<Connection>();
  /** Links that we have left, the oldest first. */
  readonly #left = new Set<Connection>();
  /** Those of them whose FIN waits. */
  readonly #waiting = new Map<Connection, Timer>();
  readonly #changes = new Subject<void>();

  constructor(clock: Clock, limits: Pick<PeerLimits, 'leftLinkMs' | 'leftLinksMax' | 'overlapMs'>) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get count(): number {
    return this.#open.size;
  }

  add(connection: Connection): void {
    this.#open.add(connection);
    connection.closed.subscribe(() => {
      this.#open.delete(connection);
      this.#left.delete(connection);
      this.#stopWaiting(connection);
      this.#changes.next();
    });
  }

  /**
   * Ends a link that was up: what the other side still has for us is read until its FIN.
   * @param overlaps true sends our FIN only after `overlapMs`.
   */
  leave(connection: Connection, overlaps: boolean): void {
    const { leftLinkMs, leftLinksMax, overlapMs } = this.#limits;
    const [oldest] = this.#left;
    if (oldest && this.#left.size >= leftLinksMax) {
      this.#left.delete(oldest);
      this.#stopWaiting(oldest);
      oldest.end();
    }
    if (!this.#open.has(connection)) return;
    this.#left.add(connection);
    if (!overlaps) {
      connection.end(leftLinkMs);
      return;
    }
    const timer = this.#clock.setTimeout(() => {
      this.#waiting.delete(connection);
      connection.end(leftLinkMs);
    }, overlapMs);
    this.#waiting.set(connection, timer);
  }

  /** Ends all of them, with the grace time of the network. */
  endAll(): void {
    for (const connection of [...this.#open]) {
      this.#stopWaiting(connection);
      connection.end();
    }
  }

  /** Emits once, as soon as no connection is open (at once if none is), and completes. */
  allClosed(): Observable<void> {
    return this.#changes.pipe(
      startWith(undefined),
      filter(() => this.#open.size === 0),
      map(() => undefined),
      take(1),
    );
  }

  #stopWaiting(connection: Connection): void {
    const timer = this.#waiting.get(connection);
    if (timer !== undefined) this.#clock.clearTimeout(timer);
    this.#waiting.delete(connection);
  }
}
