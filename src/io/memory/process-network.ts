/** The network as one simulated process sees it: through its host, on its own clock. */
import { Observable } from 'rxjs';
import { connectInTurn } from '../connect-in-turn.ts';
import type { Connection, DatagramSocket, Endpoint, Listener, Network } from '../network.ts';
import type { MemoryHost } from './memory-host.ts';
import { MemoryDatagramSocket, MemoryListener } from './memory-sockets.ts';
import type { ProcessLoop } from './process-loop.ts';
import { MemoryOpening } from './tcp/memory-opening.ts';

/** The network of one process, see above. */
export class ProcessNetwork implements Network {
  readonly #host: MemoryHost;
  readonly #loop: ProcessLoop;

  constructor(host: MemoryHost, loop: ProcessLoop) {
    this.#host = host;
    this.#loop = loop;
  }

  get localAddresses(): Observable<readonly string[]> {
    const { clock } = this.#loop;
    return new Observable((subscriber) => {
      const tell = (addresses: readonly string[]) => this.#loop.run(() => subscriber.next(addresses));
      const timer = clock.setTimeout(() => subscriber.add(this.#host.addresses.subscribe(tell)), 0);
      return () => clock.clearTimeout(timer);
    });
  }

  connect(to: Endpoint, timeoutMs: number): Observable<Connection> {
    return connectInTurn(this.#loop.clock, timeoutMs, this.resolve(to.host), (address) =>
      this.#open({ host: address, port: to.port }),
    );
  }

  listen(at: Endpoint): Observable<Listener> {
    return this.#atOnce(() => new MemoryListener(this.#host, this.#loop, at));
  }

  bind(at: Endpoint): Observable<DatagramSocket> {
    return this.#atOnce(() => new MemoryDatagramSocket(this.#host, this.#loop, at));
  }

  resolve(host: string): Observable<readonly string[]> {
    return this.#atOnce(() => this.#host.world.lookUp(host));
  }

  /** Without delay, but not within the call either: everything happens on the clock. */
  #atOnce<Result>(act: () => Result): Observable<Result> {
    const { clock } = this.#loop;
    return new Observable((subscriber) => {
      const timer = clock.setTimeout(() => {
        try {
          subscriber.next(act());
          subscriber.complete();
        } catch (error) {
          subscriber.error(error);
        }
      }, 0);
      return () => clock.clearTimeout(timer);
    });
  }

  #open(remote: Endpoint): Observable<Connection> {
    return new Observable((subscriber) => {
      const opening = new MemoryOpening({
        host: this.#host,
        loop: this.#loop,
        remote,
        opened: (connection) => {
          subscriber.next(connection);
          subscriber.complete();
        },
        failed: (error) => subscriber.error(error),
      });
      return () => opening.giveUp();
    });
  }
}
