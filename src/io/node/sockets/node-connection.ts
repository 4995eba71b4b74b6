/**
 * One TCP connection over a socket of node:net.
 *
 * Invariants:
 * - until `bytes` is subscribed the socket is not read beyond its own buffer, so that a connection nobody
 *   looks at can't fill the memory; once the subscriber has gone it is read and discarded, so that FIN is
 *   noticed;
 * - what is written goes out in order, and no later than at the end of the turn of the event loop;
 * - the socket always has an 'error' listener: an error is a reason in `closed`, never an uncaught exception;
 * - whatever happens, the socket is closed in the end: both FINs, an error, `destroy`, or the grace time does
 *   it.
 */
import type { Socket } from 'node:net';
import { AsyncSubject, Observable, type Subscriber } from 'rxjs';
import { TCP_KEEPALIVE } from '../../../limits/sockets.ts';
import type { Acknowledgement, CloseReason, Connection, Endpoint } from '../../network.ts';
import { RESET_MESSAGE } from '../../network-errors.ts';
import { brokenMessage } from '../node-errors.ts';
import type { OpenFiles } from '../open-files.ts';
import type { NodeSocketTable } from './node-acknowledgement.ts';
import { SocketWriter } from './socket-writer.ts';

/** How every TCP socket is set up: small frames at once, dead hosts noticed, FIN answered by FIN. */
export const SOCKET_OPTIONS = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: TCP_KEEPALIVE.idleMs,
  // FIN is answered by `NodeConnection`, after what waits there.
  allowHalfOpen: true,
} as const;

/** What a connection is made of. */
interface NodeConnectionOptions {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly shared: NodeConnectionShared;
}

/** What all connections of one network have in common. */
export interface NodeConnectionShared {
  readonly closeGraceMs: number;
  readonly table: NodeSocketTable;
  readonly files: OpenFiles;
}

/** So many grace times at most, while something moves in each. */
const GRACES_MAX = 10;

/** An established connection, see above. */
export class NodeConnection implements Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly bytes: Observable<Buffer>;
  readonly closed: Observable<CloseReason>;
  readonly taken: Observable<void>;
  readonly #socket: Socket;
  readonly #writer: SocketWriter;
  readonly #shared: NodeConnectionShared;
  readonly #over = new AsyncSubject<CloseReason>();
  #reader: Subscriber<Buffer> | undefined;
  /** What a broken connection had received and nobody had read. */
  #unread: Buffer | undefined;
  /** Why it will be over: whatever was first; an error that follows a FIN changes nothing. */
  #reason: CloseReason | undefined;
  #grace: NodeJS.Timeout | undefined;
  #graceEndsMs = Number.POSITIVE_INFINITY;
  #gracesLeft = GRACES_MAX;
  #isPaused = false;
  /** Node's own `closed` is true before 'close' is emitted. */
  #isClosed = false;

  /** @param socket connected, with nothing read from it yet. */
  constructor(socket: Socket, options: NodeConnectionOptions) {
    this.local = options.local;
    this.remote = options.remote;
    this.#socket = socket;
    this.#writer = new SocketWriter(socket);
    this.taken = this.#writer.taken.asObservable();
    this.#shared = options.shared;
    this.bytes = new Observable((subscriber) => this.#read(subscriber));
    this.closed = this.#over.asObservable();
    socket.on('error', (error) => this.#overBecause({ kind: 'broken', message: brokenMessage(error) }));
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onClose());
  }

  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  acknowledgement(): Observable<Acknowledgement> {
    return this.#shared.table.ask(this.local, this.remote);
  }

  write(bytes: Uint8Array): void {
    // After FIN or an error the socket would answer a write by another error.
    if (!this.#reason) this.#writer.write(bytes);
  }

  writeAll(pieces: readonly Uint8Array[]): void {
    if (!this.#reason && pieces.length > 0) this.#writer.writeAll(pieces);
  }

  pause(): void {
    if (this.#reason) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    // Without a reader what arrives goes on waiting for the first one.
    if (this.#reader) this.#socket.resume();
  }

  end(graceMs = this.#shared.closeGraceMs): void {
    if (!this.#reason) {
      this.#overBecause({ kind: 'closed here' });
      this.#writer.finish();
      this.resume();
    }
    this.#tearDownLater(graceMs);
  }

  destroy(): void {
    if (this.#socket.destroyed) return;
    // A socket that has begun to send FIN can't be reset: libuv refuses, and 'close' would never come.
    if (this.#reason) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
    this.#overBecause({ kind: 'closed here' });
  }

  #overBecause(reason: CloseReason): void {
    this.#reason ??= reason;
  }

  /**
   * The other side has sent FIN, and all before it has been read: what is queued is sent, and FIN in turn.
   */
  #onEnd(): void {
    const isEnding = this.#reason !== undefined;
    this.#overBecause({ kind: 'ended' });
    if (!isEnding) this.#writer.finish();
    this.#reader?.complete();
    this.#tearDownLater(this.#shared.closeGraceMs);
  }

  /** The timer lives no longer than the socket: it ends it, or is cleared by its end. */
  #tearDownLater(graceMs: number): void {
    const atMs = performance.now() + graceMs;
    if (this.#isClosed || atMs >= this.#graceEndsMs) return;
    clearTimeout(this.#grace);
    this.#graceEndsMs = atMs;
    this.#grace = setTimeout(() => this.#graceIsOver(graceMs, this.#moved), graceMs);
  }

  /** After a stall of this process the timer comes first: what has arrived meanwhile is read before. */
  #graceIsOver(graceMs: number, movedBefore: number): void {
    setImmediate(() => {
      if (this.#isClosed) return;
      this.#gracesLeft -= 1;
      if (this.#moved === movedBefore || this.#gracesLeft <= 0) {
        this.#socket.destroy();
        return;
      }
      this.#graceEndsMs = Number.POSITIVE_INFINITY;
      this.#tearDownLater(graceMs);
    });
  }

  /** Changes with every byte that is read, or taken by the network. */
  get #moved(): number {
    return this.#socket.bytesRead - this.#writer.queuedBytes;
  }

  #onClose(): void {
    clearTimeout(this.#grace);
    this.#isClosed = true;
    const reason = this.#reason ?? { kind: 'broken', message: RESET_MESSAGE };
    // What had come before a reset can still be read; after a close on this side nobody wants it any more.
    if (reason.kind === 'broken') this.#unread = this.#socket.read() ?? undefined;
    if (this.#reader) this.#finish(this.#reader);
    this.#writer.taken.complete();
    this.#over.next(reason);
    this.#over.complete();
  }

  #read(reader: Subscriber<Buffer>): void {
    if (this.#reader) throw new Error('The bytes of a connection have one subscriber.');
    this.#reader = reader;
    if (this.#isClosed) this.#finish(reader);
    else this.#socket.on('data', (chunk: Buffer) => this.#pass(chunk, reader));
    // A socket that was paused once stays so when it gets a listener.
    if (!this.#isPaused) this.#socket.resume();
  }

  /** A stream of Node goes on with what it has buffered when a 'data' listener destroys it. */
  #pass(chunk: Buffer, reader: Subscriber<Buffer>): void {
    if (!this.#socket.destroyed) reader.next(chunk);
  }

  #finish(reader: Subscriber<Buffer>): void {
    if (this.#unread) reader.next(this.#unread);
    this.#unread = undefined;
    reader.complete();
  }
}
