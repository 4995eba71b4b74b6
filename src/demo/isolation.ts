/**
 * Who of the demo's peers is cut off from all others; their ports tell them apart, as they share one address.
 */
import type { Endpoint } from '../io/network.ts';

/** One for all peers of a demo. */
export class Isolation {
  readonly #roomServer: Endpoint;
  readonly #ports = new Set<number>();

  /** @param roomServer stays in everybody's reach. */
  constructor(roomServer: Endpoint) {
    this.#roomServer = roomServer;
  }

  splitOff(port: number): void {
    this.#ports.add(port);
  }

  heal(port: number): void {
    this.#ports.delete(port);
  }

  isSplitOff(port: number): boolean {
    return this.#ports.has(port);
  }

  /** True if nothing gets from the peer of this port to that endpoint, and nothing back. */
  isBarred(from: number, to: Endpoint): boolean {
    const isRoomServer = to.host === this.#roomServer.host && to.port === this.#roomServer.port;
    return !isRoomServer && (this.#ports.has(from) || this.#ports.has(to.port));
  }
}
