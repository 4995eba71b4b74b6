/**
 * One of the console's two WebSocket paths: takes the connections that the web server has let in, bounds
 * their number, and finds the dead ones. What is said over it is the business of page-feed.ts and
 * inspector.ts.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock, Timer } from '../../io/clock.ts';
import type { ConsoleLimits } from '../limits.ts';
import { Viewer } from './viewer.ts';

/** What a socket does with its viewers. */
export interface ViewerHandler {
  opened(viewer: Viewer): void;
  received(viewer: Viewer, text: string): void;
  ended(viewer: Viewer): void;
}

/** What a socket needs. */
interface ViewerSocketPorts {
  readonly clock: Clock;
  readonly limits: ConsoleLimits;
  readonly handler: ViewerHandler;
}

/** See above. */
export class ViewerSocket {
  readonly #ports: ViewerSocketPorts;
  readonly #server: WebSocketServer;
  readonly #viewers = new Set<Viewer>();
  #pings: Timer | undefined;
  #isClosing = false;
  #allEnded: () => void = () => {};

  constructor(ports: ViewerSocketPorts) {
    this.#ports = ports;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: ports.limits.pageMessageMaxBytes,
    });
  }

  /** True where no more viewers are taken. */
  get isFull(): boolean {
    return this.#isClosing || this.#viewers.size >= this.#ports.limits.socketsMax;
  }

  /** Makes a viewer of a request to upgrade; who may come in has been decided before. */
  accept(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { limits, handler } = this.#ports;
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const viewer = new Viewer(socket, limits.viewerQueueMaxBytes, {
        received: (from, text) => handler.received(from, text),
        ended: (ended) => this.#ended(ended),
      });
      this.#viewers.add(viewer);
      this.#pings ??= this.#pingLater();
      handler.opened(viewer);
    });
  }

  /** Tells every viewer that this is the end; resolves when all of them have gone, soon in any case. */
  async close(): Promise<void> {
    const { clock, limits } = this.#ports;
    this.#isClosing = true;
    if (this.#viewers.size === 0) return;
    const ended = new Promise<void>((resolve) => {
      this.#allEnded = resolve;
    });
    for (const viewer of this.#viewers) viewer.leave();
    const grace = clock.setTimeout(() => {
      for (const viewer of this.#viewers) viewer.terminate();
    }, limits.closeGraceMs);
    await ended;
    clock.clearTimeout(grace);
  }

  #ended(viewer: Viewer): void {
    const { clock, handler } = this.#ports;
    this.#viewers.delete(viewer);
    handler.ended(viewer);
    if (this.#viewers.size > 0) return;
    clock.clearTimeout(this.#pings);
    this.#pings = undefined;
    this.#allEnded();
  }

  #pingLater(): Timer {
    const { clock, limits } = this.#ports;
    return clock.setTimeout(() => {
      this.#pings = this.#pingLater();
      for (const viewer of this.#viewers) viewer.ping();
    }, limits.pingMs);
  }
}
