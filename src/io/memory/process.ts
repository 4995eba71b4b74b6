/**
 * A process on a simulated host, so that it can be stopped the ways real ones are. Its clock and its network
 * are views that belong to it alone; what it opens through them dies with it.
 *
 * - Paused (SIGSTOP): nothing happens to it, its host's kernel goes on: acknowledges, answers keepalive,
 *   establishes connections, keeps what arrives until the window is full. Resumed, it learns all of it in
 *   order, and the timers that fell due fire at once.
 * - Stuck: it goes on, but reads nothing from its connections, so that their windows fill up.
 * - Killed (SIGKILL): no timer, no callback, ever again; its kernel closes its sockets: FIN, or RST where
 *   something was unread; its ports are free.
 * - Crashed: the power of its host fails, with all processes there. Nothing is sent. The host is silent until
 *   another process starts on it, and then answers what belongs to old connections by RST.
 *
 * What is called on a dead process's objects does nothing.
 */
import type { Clock } from '../clock.ts';
import type { Network } from '../network.ts';
import type { MemoryHost } from './memory-host.ts';
import { ProcessLoop } from './process-loop.ts';
import { ProcessNetwork } from './process-network.ts';
import { MemoryConnection } from './tcp/memory-connection.ts';

/** What a process has of its kernel; after a clean end all are 0. */
interface ProcessUsage {
  /** Timers set, those of its connections (connect and close time-outs) included. */
  readonly timers: number;
  readonly connections: number;
  readonly listeners: number;
  readonly datagramSockets: number;
  /** Connects under way. */
  readonly openings: number;
}

/** One process, see above. */
export class SimulatedProcess {
  /** The address of its host. */
  readonly ip: string;
  readonly clock: Clock;
  readonly network: Network;
  readonly #host: MemoryHost;
  readonly #loop: ProcessLoop;

  constructor(host: MemoryHost) {
    this.#host = host;
    this.#loop = new ProcessLoop(host.world.clock);
    this.ip = host.ip;
    this.clock = this.#loop.clock;
    this.network = new ProcessNetwork(host, this.#loop);
    host.start(this.#loop);
  }

  /** False once it was killed or its host crashed. */
  get isAlive(): boolean {
    return this.#loop.isAlive;
  }

  get isPaused(): boolean {
    return this.#loop.isAlive && !this.#loop.isRunning;
  }

  get usage(): ProcessUsage {
    const kinds = [...this.#loop.sockets].map(({ kind }) => kind);
    const count = (wanted: string) => kinds.filter((kind) => kind === wanted).length;
    return {
      timers: this.#loop.timers.size,
      connections: count('connection'),
      listeners: count('listener'),
      datagramSockets: count('datagrams'),
      openings: count('opening'),
    };
  }

  pause(): void {
    this.#loop.pause();
  }

  /** Goes on, a moment later at the same instant. */
  resume(): void {
    this.#loop.resume();
  }

  /** The most that waits for one of its connections, in bytes. */
  get queuedMaxBytes(): number {
    let most = 0;
    for (const socket of this.#loop.sockets)
      if (socket instanceof MemoryConnection) most = Math.max(most, socket.queuedBytes);
    return most;
  }

  /** Reads nothing from its connections from now on; new ones it takes as ever. */
  stopReading(): void {
    this.#loop.isReading = false;
  }

  /** Reads what has come meanwhile, and goes on. */
  readOn(): void {
    this.#loop.isReading = true;
    for (const socket of [...this.#loop.sockets]) if (socket instanceof MemoryConnection) socket.readable();
  }

  kill(): void {
    this.#loop.die((socket) => socket.kill());
    this.#host.stop(this.#loop);
  }

  /** Takes its whole host down. */
  crash(): void {
    if (this.isAlive) this.#host.crash();
  }
}
