/**
 * Which members the connections of this server have in the store, as far as this server knows. The store has
 * the last word: an entry here says where to ask, and a member may have been removed by another server.
 *
 * Invariants: a connection is in one room at most; what may be owned is noted before the store is asked, so
 * that a close removes also what an answer that was lost has added.
 */
import type { ConnectionId } from '../registry/registry.ts';

/** What one connection may own. */
export interface Owned {
  readonly room: string;
  readonly hids: Set<string>;
  /** Where its client is, `''` where that is not known. */
  readonly address: string;
}

/** The connections of one server. */
export class Ownership {
  readonly #connections = new Map<ConnectionId, Owned>();

  get(connection: ConnectionId): Owned | undefined {
    return this.#connections.get(connection);
  }

  /** Every room of the connections, with the address of one of them. */
  rooms(): Map<string, string> {
    return new Map([...this.#connections.values()].map(({ room, address }) => [room, address]));
  }

  /**
   * Notes that a connection may own a member from now on.
   * @returns false where that was noted before.
   */
  claim(connection: ConnectionId, room: string, hid: string, address: string): boolean {
    const owned = this.#connections.get(connection);
    if (owned?.hids.has(hid)) return false;
    if (owned) owned.hids.add(hid);
    else this.#connections.set(connection, { room, hids: new Set([hid]), address });
    return true;
  }

  /** A connection does not own this member. */
  disclaim(connection: ConnectionId, hid: string): void {
    const owned = this.#connections.get(connection);
    if (owned?.hids.delete(hid) && owned.hids.size === 0) this.#connections.delete(connection);
  }

  /** A connection owns nothing any more. */
  forget(connection: ConnectionId): Owned | undefined {
    const owned = this.#connections.get(connection);
    this.#connections.delete(connection);
    return owned;
  }
}
