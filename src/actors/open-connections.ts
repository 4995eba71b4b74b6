/**
 * The connections that have not ended yet, so that the end of a peer can be told from the beginning of its
 * end.
 *
 * A link that is left is read until the other side's FIN, however late that comes: a neighbour that stands
 * still for minutes may have messages for us that nobody else has.
 */
import { filter, map, type Observable, Subject, startWith, take } from 'rxjs';
import type { Connection } from '../io/network.ts';
import type { PeerLimits } from '../limits/peer.ts';

/** Every connection of one peer from its opening to its end. */
export class OpenConnections {
  readonly #limits: Pick<PeerLimits, 'leftLinkMs' | 'leftLinksMax'>;
  readonly #open = new Set<Connection>();
  /** Links that we have left, the oldest first. */
  readonly #left = new Set<Connection>();
  readonly #changes = new Subject<void>();

  constructor(limits: Pick<PeerLimits, 'leftLinkMs' | 'leftLinksMax'>) {
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
      this.#changes.next();
    });
  }

  /** Ends a link that was up: what the other side still has for us is read until its FIN. */
  leave(connection: Connection): void {
    const { leftLinkMs, leftLinksMax } = this.#limits;
    const [oldest] = this.#left;
    if (oldest && this.#left.size >= leftLinksMax) {
      this.#left.delete(oldest);
      oldest.end();
    }
    if (this.#open.has(connection)) this.#left.add(connection);
    connection.end(leftLinkMs);
  }

  /** Ends all of them, with the grace time of the network. */
  endAll(): void {
    for (const connection of [...this.#open]) connection.end();
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
}
