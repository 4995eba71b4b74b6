/**
 * Looks over a peer's shoulder on its connection to the room server (invariant 4): every write one whole
 * request, never two outstanding, a J at least every 20 s while joined.
 */
import { map, type Observable, tap } from 'rxjs';
import type { Clock } from '../../io/clock.ts';
import type { Connection, Endpoint, Network } from '../../io/network.ts';
import { wrappedConnection } from '../../io/wrapped-connection.ts';
import { FrameDecoder } from '../../protocol/frame-decoder.ts';

/** Longest line of a room server's reply that is looked at: a list of every peer that a world can have. */
const REPLY_MAX_BYTES = 1_048_576;

/** What the watch knows of one peer. */
export class RequestWatch {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #violated: (what: string) => void;
  #outstanding = 0;
  /** Time of the last J on a connection that is open, once one has been answered on it; `null` otherwise. */
  #joinedMs: number | null = null;

  /** @param violated told what is wrong, in words that follow the peer's name. */
  constructor(clock: Pick<Clock, 'now'>, violated: (what: string) => void) {
    this.#clock = clock;
    this.#violated = violated;
  }

  /**
   * For how long the last J is past, in milliseconds; 0 while the peer is not joined over an open connection.
   */
  sinceJoinMs(): number {
    return this.#joinedMs === null ? 0 : this.#clock.now() - this.#joinedMs;
  }

  /** Its process stood still, and goes on: the time that it could not use does not count. */
  resumed(): void {
    if (this.#joinedMs !== null) this.#joinedMs = this.#clock.now();
  }

  /** The network as the peer is to see it. */
  watch(network: Network, roomServer: Endpoint): Network {
    return {
      localAddresses: network.localAddresses,
      connect: (to, timeoutMs): Observable<Connection> => {
        const connecting = network.connect(to, timeoutMs);
        const isRoomServer = to.host === roomServer.host && to.port === roomServer.port;
        return isRoomServer ? connecting.pipe(map((connection) => this.#watched(connection))) : connecting;
      },
      listen: (at) => network.listen(at),
      bind: (at) => network.bind(at),
      resolve: (host) => network.resolve(host),
    };
  }

  #watched(connection: Connection): Connection {
    this.#outstanding = 0;
    this.#joinedMs = null;
    const decoder = new FrameDecoder(REPLY_MAX_BYTES, false);
    const bytes = connection.bytes.pipe(tap((chunk) => this.#replied(decoder.push(chunk).length)));
    connection.closed.subscribe(() => {
      this.#joinedMs = null;
    });
    return wrappedConnection(connection, {
      bytes,
      write: (request) => {
        this.#requested(Buffer.from(request));
        connection.write(request);
      },
      writeAll: (pieces) => {
        this.#requested(Buffer.concat(pieces));
        connection.writeAll(pieces);
      },
      end: (graceMs) => {
        this.#joinedMs = null;
        connection.end(graceMs);
      },
      destroy: () => {
        this.#joinedMs = null;
        connection.destroy();
      },
    });
  }

  #requested(bytes: Buffer): void {
    const rawFrames = new FrameDecoder(REPLY_MAX_BYTES, false).push(bytes);
    const [raw] = rawFrames;
    const isWhole = rawFrames.length === 1 && raw?.kind === 'CONTROL' && raw.bytes.length === bytes.length;
    if (!isWhole)
      this.#violated(`wrote ${JSON.stringify(bytes.toString('latin1'))} to the room server in one write`);
    this.#outstanding += 1;
    if (this.#outstanding > 1)
      this.#violated(`has ${this.#outstanding} requests outstanding at the room server`);
    if (bytes[0] === CAPITAL_J) this.#joinedMs = this.#clock.now();
  }

  /** A reply that nobody asked for (an M behind an F) answers nothing. */
  #replied(count: number): void {
    this.#outstanding = Math.max(0, this.#outstanding - count);
  }
}

const CAPITAL_J = 0x4a;
