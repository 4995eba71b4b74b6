/**
 * A network all of whose traffic is in a log: connections, and the frames in what is read and written. It
 * passes everything on as it is, and stands where everything comes in from outside, so that what a chunk or
 * the end of a connection causes is known (`Log.within`).
 */
import { map, Observable } from 'rxjs';
import type { FramesTrace } from '../../feed/trace.ts';
import type {
  CloseReason,
  Connection,
  Datagram,
  DatagramSocket,
  Endpoint,
  Listener,
  Network,
} from '../../io/network.ts';
import { closeReasonText, isAnswer } from '../../io/network.ts';
import { isReset } from '../../io/network-errors.ts';
import { wrappedConnection } from '../../io/wrapped-connection.ts';
import type { RawFrame } from '../../protocol/frame-decoder.ts';
import type { EntryBody, EntryOf } from '../entry.ts';
import type { Log } from '../log.ts';
import type { FrameRate } from './frame-budget.ts';
import { type FirstEntries, FrameWatch, type Place, UDP } from './frame-watch.ts';
import type { Wires } from './wires.ts';

/** What a watch needs of its party. */
interface NetworkWatchPorts {
  readonly log: Log;
  readonly party: string;
  /** One for all parties that may be linked to one another. */
  readonly wires: Wires;
  readonly frameRate?: FrameRate | undefined;
}

/** What has happened to a connection. */
interface Happening extends Pick<EntryOf<'connection'>, 'what' | 'by'> {
  readonly reason?: string;
}

type Socket = Omit<Place, 'via'>;

const DATAGRAM = 'datagram';
const EVERY_ADDRESS = '0.0.0.0';

/** See above. */
export class NetworkWatch {
  readonly #ports: NetworkWatchPorts;
  readonly #frames: FrameWatch;
  #connections = 0;
  /** The party's own address, as its last connection had it. */
  #host = EVERY_ADDRESS;

  constructor(ports: NetworkWatchPorts) {
    this.#ports = ports;
    this.#frames = new FrameWatch(ports);
  }

  /** The entry that first said a message here: its frame, or the command. */
  get texts(): FirstEntries {
    return this.#frames.texts;
  }

  /** True while what happens is caused by a chunk that was passed over unread. */
  get isUnread(): boolean {
    return this.#frames.isUnread;
  }

  /** The entry of a frame that the party handles; `undefined` where it is not in the log. */
  serialOf(frame: RawFrame): number | undefined {
    return this.#frames.serialOf(frame);
  }

  /** The party says which link the frames of this moment are of, with whom, and how many there are. */
  traced(trace: FramesTrace): void {
    this.#frames.traced(trace);
  }

  /** The network as the party is to see it. */
  watch(network: Network): Network {
    return {
      localAddresses: this.#scoped(network.localAddresses),
      connect: (to, timeoutMs) => this.#connect(network.connect(to, timeoutMs), to),
      listen: (at) => network.listen(at).pipe(map((listener) => this.#listener(listener))),
      bind: (at) => network.bind(at).pipe(map((socket) => this.#datagrams(socket))),
      resolve: (host) => this.#scoped(network.resolve(host)),
    };
  }

  /** What comes of a question is caused by who has asked. */
  #scoped<Value>(source: Observable<Value>): Observable<Value> {
    const { log } = this.#ports;
    return new Observable((subscriber) => {
      const { cause } = log;
      return source.subscribe({
        next: (value) => log.within(cause, () => subscriber.next(value)),
        error: (error: unknown) => log.within(cause, () => subscriber.error(error)),
        complete: () => log.within(cause, () => subscriber.complete()),
      });
    });
  }

  #connect(connecting: Observable<Connection>, to: Endpoint): Observable<Connection> {
    const { log } = this.#ports;
    return new Observable((subscriber) => {
      const number = this.#next();
      const socket = { connection: number, local: '', remote: addressOf(to) };
      const { serial } = this.#append({ what: 'opening', by: 'here' }, socket);
      const failed = (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        const how = isAnswer(error) ? REFUSED : FAILED;
        log.follows(this.#append({ ...how, reason }, socket).serial);
        subscriber.error(error);
      };
      return connecting.subscribe({
        next: (connection) =>
          log.within(serial, () =>
            subscriber.next(this.#connection(connection, { what: 'opened', by: 'here' }, number)),
          ),
        error: (error: unknown) => log.within(serial, () => failed(error)),
        complete: () => log.within(serial, () => subscriber.complete()),
      });
    });
  }

  #listener(listener: Listener): Listener {
    const { log } = this.#ports;
    const connections = new Observable<Connection>((subscriber) =>
      listener.connections.subscribe({
        next: (connection) =>
          log.within(null, () =>
            subscriber.next(this.#connection(connection, { what: 'accepted', by: 'there' }, this.#next())),
          ),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
    return { local: listener.local, connections, close: () => listener.close() };
  }

  /** The connection's own entry is the cause of what happens first on it. */
  #connection(connection: Connection, begun: Happening, number: number): Connection {
    const { log, wires } = this.#ports;
    const [local, remote] = [addressOf(connection.local), addressOf(connection.remote)];
    const socket = { connection: number, local, remote };
    this.#host = connection.local.host;
    const { serial } = this.#append(begun, socket);
    log.follows(serial);
    const frames = this.#frames.of({ ...socket, via: null });
    let endedHere: number | null = null;
    let hasReset = false;
    let isOver = false;
    const ending = () => {
      if (endedHere !== null || isOver) return;
      endedHere = this.#append({ what: 'ending', by: 'here' }, socket).serial;
      wires.ending(local, remote, endedHere);
    };
    const ended = (reason: CloseReason) => {
      isOver = true;
      const endedThere = wires.over(remote, local);
      const cause = reason.kind === 'closed here' ? endedHere : endedThere;
      const over = { ...overBy(reason, hasReset), reason: closeReasonText(reason) };
      log.follows(this.#append(over, socket, cause).serial);
    };
    return wrappedConnection(connection, {
      bytes: this.#each(connection.bytes, serial, (chunk) => frames.read(chunk)),
      closed: this.#each(connection.closed, serial, ended),
      taken: this.#each(connection.taken, serial, () => {}),
      acknowledgement: () => this.#scoped(connection.acknowledgement()),
      write: (bytes) => {
        frames.written([bytes]);
        connection.write(bytes);
      },
      writeAll: (pieces) => {
        frames.written(pieces);
        connection.writeAll(pieces);
      },
      end: (graceMs) => {
        ending();
        connection.end(graceMs);
      },
      destroy: () => {
        hasReset ||= !isOver;
        ending();
        connection.destroy();
      },
    });
  }

  #datagrams(socket: DatagramSocket): DatagramSocket {
    // A socket that is bound to every address has none of its own to be told apart by.
    const { host, port } = socket.local;
    const local = () => addressOf({ host: host === EVERY_ADDRESS ? this.#host : host, port });
    const place = (other: Endpoint) => ({
      connection: UDP,
      local: local(),
      remote: addressOf(other),
      via: DATAGRAM,
    });
    const read = ({ bytes, from }: Datagram) => this.#frames.datagram('in', place(from), bytes);
    return {
      local: socket.local,
      datagrams: this.#each(socket.datagrams, null, read),
      send: (bytes, to) => {
        this.#frames.datagram('out', place(to), Buffer.from(bytes));
        socket.send(bytes, to);
      },
      close: () => socket.close(),
    };
  }

  /** Each value in a scope of its own, in which `look` says what it is that causes the rest. */
  #each<Value>(
    source: Observable<Value>,
    cause: number | null,
    look: (value: Value) => void,
  ): Observable<Value> {
    const { log } = this.#ports;
    return new Observable((subscriber) =>
      source.subscribe({
        next: (value) =>
          log.within(cause, () => {
            look(value);
            subscriber.next(value);
          }),
        error: (error: unknown) => subscriber.error(error),
        complete: () => log.within(cause, () => subscriber.complete()),
      }),
    );
  }

  #next(): number {
    this.#connections += 1;
    return this.#connections;
  }

  #append(happening: Happening, socket: Socket, cause?: number | null) {
    const { log, party } = this.#ports;
    const { what, by, reason = null } = happening;
    const body = { type: 'connection', what, ...socket, by, reason } satisfies EntryBody;
    return log.append(party, body, cause);
  }
}

const REFUSED: Happening = { what: 'refused', by: 'there' };
const FAILED: Happening = { what: 'failed', by: null };

/** How a connection is over, and by whom. @param hasReset this side has sent RST. */
function overBy(reason: CloseReason, hasReset: boolean): Happening {
  if (reason.kind === 'ended') return { what: 'closed', by: 'there' };
  if (reason.kind === 'closed here') return { what: hasReset ? 'reset' : 'closed', by: 'here' };
  return isReset(reason) ? { what: 'reset', by: 'there' } : { what: 'broken', by: null };
}

function addressOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
