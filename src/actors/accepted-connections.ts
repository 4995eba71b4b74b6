/**
 * Connections that were accepted and wait for the link that adopts them: machines know them by number only,
 * so that their context and events stay plain data.
 */
import type { Connection } from '../io/network.ts';

/** The accepted connections of one peer. */
export class AcceptedConnections {
  readonly #waiting = new Map<number, Connection>();
  #last = 0;

  /** Keeps a connection and returns its number. */
  put(connection: Connection): number {
    this.#last += 1;
    this.#waiting.set(this.#last, connection);
    return this.#last;
  }

  /** Hands a connection over, once. */
  take(accepted: number): Connection {
    const connection = this.#waiting.get(accepted);
    if (!connection) throw new TypeError(`connection ${accepted} is not waiting`);
    this.#waiting.delete(accepted);
    return connection;
  }
}
