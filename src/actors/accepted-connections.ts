/**
 * Connections that were accepted and wait for the link that takes them: machines know them by name only, so
 * that their context and events stay plain data. The name that one is given here is the id of its link as
 * well, for as long as it lives.
 */
import type { Connection } from '../io/network.ts';

/** The accepted connections of one peer. */
export class AcceptedConnections {
  readonly #waiting = new Map<string, Connection>();
  #last = 0;

  /** Keeps a connection and names it: `backward-1`, `backward-2`, … */
  put(connection: Connection): string {
    this.#last += 1;
    const link = `backward-${this.#last}`;
    this.#waiting.set(link, connection);
    return link;
  }

  /** Hands a connection over, once. */
  take(link: string): Connection {
    const connection = this.#waiting.get(link);
    if (!connection) throw new TypeError(`the connection ${link} is not waiting`);
    this.#waiting.delete(link);
    return connection;
  }
}
