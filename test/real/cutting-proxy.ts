/**
 * A TCP proxy on loopback that can be cut: with RST, or in silence, as when a cable is pulled or the power
 * fails.
 */

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../../src/io/network.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';

/** `cut` resets what there is and what comes; `silent` takes every byte, and none arrives. */
export type ProxyState = 'whole' | 'cut' | 'silent';

/** Both ends of one connection through the proxy. */
interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** It has lost bytes: whole again, it would be a stream with a hole in it. */
  hasLost: boolean;
}

/** The way from one peer to another, for the connections that the first one opens. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #target: Endpoint;
  readonly #pairs = new Set<Pair>();
  #state: ProxyState = 'whole';

  private constructor(server: Server, target: Endpoint) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (near) => this.#carry(near));
  }

  static start(target: Endpoint): Promise<CuttingProxy> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true });
      server.once('error', reject);
      server.listen(0, LOOPBACK, () => resolve(new CuttingProxy(server, target)));
    });
  }

  /** Where to connect to. */
  get endpoint(): Endpoint {
    return { host: LOOPBACK, port: (this.#server.address() as AddressInfo).port };
  }

  get state(): ProxyState {
    return this.#state;
  }

  set state(state: ProxyState) {
    this.#state = state;
    for (const pair of this.#pairs) {
      if (state === 'cut') this.#reset(pair);
      if (state === 'silent') pair.hasLost = true;
    }
  }

  stop(): void {
    this.#server.close();
    for (const pair of this.#pairs) this.#reset(pair);
  }

  #carry(near: Socket): void {
    if (this.#state === 'cut') {
      near.on('error', () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...this.#target, noDelay: true });
    const pair = { near, far, hasLost: this.#state === 'silent' };
    this.#pairs.add(pair);
    this.#relay(pair, near, far);
    this.#relay(pair, far, near);
  }

  #relay(pair: Pair, from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (!pair.hasLost) to.write(bytes);
    });
    from.on('end', () => {
      if (!pair.hasLost) to.end();
    });
    from.on('error', () => {
      if (!pair.hasLost) to.resetAndDestroy();
    });
    from.on('close', () => {
      if (from.destroyed && to.destroyed) this.#pairs.delete(pair);
    });
  }

  #reset(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.near.resetAndDestroy();
    pair.far.resetAndDestroy();
  }
}
