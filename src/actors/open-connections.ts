/**
 * The connections that have not ended yet, so that the end of a peer can be told from the beginning of its
 * end.
 */
import { filter, map, type Observable, Subject, startWith, take } from 'rxjs';
import type { Connection } from '../io/network.ts';

/** Every connection of one peer from its opening to its end. */
export class OpenConnections {
  readonly #open = new Set<Connection>();
  readonly #changes = new Subject<void>();

  get count(): number {
    return this.#open.size;
  }

  add(connection: Connection): void {
    this.#open.add(connection);
    connection.closed.subscribe(() => {
      this.#open.delete(connection);
      this.#changes.next();
    });
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
