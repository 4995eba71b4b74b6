/**
 * One attempt to open a connection: SYN there, the answer back, SYN again where none comes. The kernel goes
 * on with it while the process is paused; the process learns of the outcome when it runs. Invariant: an
 * attempt that comes to nothing gives its port back; what was established for nobody is torn down.
 */
import type { Timer } from '../../clock.ts';
import type { Connection, Endpoint, NetworkError } from '../../network.ts';
import { refused } from '../../network-errors.ts';
import type { MemoryHost } from '../memory-host.ts';
import type { MemoryListener } from '../memory-sockets.ts';
import type { KernelSocket, ProcessLoop } from '../process-loop.ts';
import { MemoryConnection } from './memory-connection.ts';
import { TcpEnd } from './memory-tcp-end.ts';

/** Pause before a SYN that got no answer is sent again; doubles every time (Linux: 1 s). */
const SYN_RETRY_MS = 1_000;

/** What an attempt is made of. */
interface MemoryOpeningOptions {
  readonly host: MemoryHost;
  readonly loop: ProcessLoop;
  readonly remote: Endpoint;
  readonly opened: (connection: Connection) => void;
  readonly failed: (error: NetworkError) => void;
}

/** One attempt, see above. */
export class MemoryOpening implements KernelSocket {
  readonly kind = 'opening';
  readonly #options: MemoryOpeningOptions;
  readonly #local: Endpoint;
  #retry: Timer;
  /** What the kernel has made of it, until the process takes it. */
  #established: MemoryConnection | undefined;
  #isOver = false;

  /** @throws NetworkError where no port is left. */
  constructor(options: MemoryOpeningOptions) {
    const { host, loop, remote } = options;
    this.#options = options;
    this.#local = host.takeEphemeral(host.sourceFor(remote.host));
    loop.sockets.add(this);
    this.#synchronize(SYN_RETRY_MS);
  }

  /** Nobody waits for it any more. Harmless once it is over. */
  giveUp(): void {
    if (this.#established) this.#established.destroy();
    else this.#end();
    this.#established = undefined;
  }

  kill(): void {
    this.#end();
  }

  vanish(): void {
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#options.host.releaseTcp(this.#local.port, this.#local);
  }

  #finish(): void {
    this.#isOver = true;
    this.#options.host.world.clock.clearTimeout(this.#retry);
    this.#options.loop.sockets.delete(this);
  }

  /** Sends SYN; an address where no host is never answers. */
  #synchronize(pauseMs: number): void {
    const { host, remote } = this.#options;
    const { world } = host;
    const other = host.hostAt(remote.host);
    const way = world.path(host.ip, other);
    const fate = way.synFate;
    if (fate !== 'timeout') {
      way.carry(() => {
        const answering = world.find(other);
        if (!answering?.isUp) return;
        const listener = fate === 'ok' ? answering.listenerAt(remote) : undefined;
        world.path(other, host.ip).carry(() => this.#answered(answering, listener));
      });
    }
    this.#retry = world.clock.setTimeout(() => this.#synchronize(pauseMs * 2), pauseMs);
  }

  #answered(other: MemoryHost, listener: MemoryListener | undefined): void {
    const { loop, opened, failed } = this.#options;
    if (this.#isOver) return;
    if (!listener) {
      this.#end();
      loop.run(() => failed(refused()));
      return;
    }
    this.#finish();
    const connection = this.#establish(other, listener);
    this.#established = connection;
    loop.run(() => {
      if (!this.#established) return;
      this.#established = undefined;
      opened(connection);
    });
  }

  /** Makes both ends; the listener learns of its own when the last part of the handshake arrives there. */
  #establish(other: MemoryHost, listener: MemoryListener): MemoryConnection {
    const { host, loop, remote } = this.#options;
    const { closeGraceMs } = host.world;
    const local = this.#local;
    const path = host.world.path(host.ip, other.ip);
    const pathBack = host.world.path(other.ip, host.ip);
    const near = new TcpEnd({ power: host, local, remote, path, pathBack });
    const far = new TcpEnd({ power: other, local: remote, remote: local, path: pathBack, pathBack: path });
    TcpEnd.join(near, far);
    host.ends.add(near, other.ip);
    other.ends.add(far, host.ip);
    listener.expect(far);
    const connection = new MemoryConnection({
      end: near,
      loop,
      closeGraceMs,
      onClosed: () => {
        host.ends.delete(near);
        host.releaseTcp(local.port, local);
      },
    });
    near.open();
    return connection;
  }
}
