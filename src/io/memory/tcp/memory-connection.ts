/**
 * A simulated TCP connection as its process has it. It behaves as a socket of Node does where the program can
 * tell: FIN is noticed when all bytes before it have been read, and is answered by FIN; nothing happens
 * inside a call, everything through the clock; nothing at all happens to a process that is paused or dead.
 *
 * States: open → (end) ending → closed, or straight to closed by FIN, RST, `destroy` or a network that gave
 * up.
 */
import { AsyncSubject, filter, Observable, Subject, type Subscriber } from 'rxjs';
import type { Timer } from '../../clock.ts';
import type { Acknowledgement, CloseReason, Connection, Endpoint } from '../../network.ts';
import type { KernelSocket, ProcessLoop } from '../process-loop.ts';
import type { TcpApp } from './memory-tcp.ts';
import type { TcpEnd } from './memory-tcp-end.ts';

/** What a connection is made of. */
interface MemoryConnectionOptions {
  readonly end: TcpEnd;
  /** Of the process that has it. */
  readonly loop: ProcessLoop;
  readonly closeGraceMs: number;
  /** Called once, when the connection is over for this process. */
  readonly onClosed: () => void;
  /** Called once the handshake is complete (at the listening end only). */
  readonly onOpen?: () => void;
}

/** One connection, see above. */
export class MemoryConnection implements Connection, TcpApp, KernelSocket {
  readonly kind = 'connection';
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly bytes: Observable<Buffer>;
  readonly closed: Observable<CloseReason>;
  readonly taken = new Subject<void>();
  readonly #options: MemoryConnectionOptions;
  readonly #end: TcpEnd;
  readonly #loop: ProcessLoop;
  readonly #over = new AsyncSubject<CloseReason>();
  #reader: Subscriber<Buffer> | undefined;
  #reason: CloseReason | undefined;
  #isEnding = false;
  /** False while it waits for a process that would accept it. */
  #isAccepted: boolean;
  #isAboutToRead = false;
  #isPaused = false;
  #grace: Timer;
  #graceEndsMs = Number.POSITIVE_INFINITY;

  constructor(options: MemoryConnectionOptions) {
    this.#options = options;
    this.#end = options.end;
    this.#loop = options.loop;
    this.#isAccepted = options.onOpen === undefined;
    this.local = options.end.options.local;
    this.remote = options.end.options.remote;
    this.bytes = new Observable((subscriber) => this.#read(subscriber));
    this.closed = this.#over.pipe(filter(() => this.#loop.isAlive));
    this.#loop.sockets.add(this);
    this.#end.attach(this);
  }

  get queuedBytes(): number {
    return this.#isOver ? 0 : this.#end.queuedBytes;
  }

  acknowledgement(): Observable<Acknowledgement> {
    const { clock } = this.#loop;
    return new Observable((subscriber) => {
      const timer = clock.setTimeout(() => {
        const answer = this.#end.isAcknowledged ? 'acknowledged' : 'unacknowledged';
        subscriber.next(this.#isOver ? 'unknown' : answer);
        subscriber.complete();
      }, 0);
      return () => clock.clearTimeout(timer);
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver || this.#isEnding || bytes.length === 0) return;
    this.#end.write(Buffer.from(bytes));
  }

  writeAll(pieces: readonly Uint8Array[]): void {
    this.write(Buffer.concat(pieces));
  }

  pause(): void {
    if (!this.#isOver && !this.#isEnding) this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#loop.clock.setTimeout(() => this.#drain(), 0);
  }

  end(graceMs = this.#options.closeGraceMs): void {
    if (this.#isOver) return;
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.resume();
      this.#end.finish();
    }
    this.#tearDownLater(graceMs);
  }

  #tearDownLater(graceMs: number): void {
    const { clock } = this.#loop;
    const atMs = clock.now() + graceMs;
    if (atMs >= this.#graceEndsMs) return;
    clock.clearTimeout(this.#grace);
    this.#graceEndsMs = atMs;
    // As the real one: after a pause of this process what has arrived is read first.
    const tearDown = () => clock.setTimeout(() => this.#close({ kind: 'closed here' }), 0);
    this.#grace = clock.setTimeout(tearDown, graceMs);
  }

  destroy(): void {
    if (this.#isOver) return;
    // As Node: what has begun to send FIN is closed by the kernel, not reset.
    if (!this.#isEnding) this.#end.reset();
    this.#close({ kind: 'closed here' });
  }

  /** The handshake is complete. */
  opened(): void {
    this.#loop.run(() => {
      this.#isAccepted = true;
      this.#options.onOpen?.();
    });
  }

  /** Something has arrived: it is read now, or when the process goes on. */
  readable(): void {
    if (this.#isAboutToRead) return;
    if (this.#loop.isIdle) {
      this.#drain();
      return;
    }
    this.#isAboutToRead = true;
    this.#loop.run(() => {
      this.#isAboutToRead = false;
      this.#drain();
    });
  }

  sent(): void {
    this.#loop.run(() => {
      if (!this.#isOver) this.taken.next();
    });
  }

  broken(message: string): void {
    this.#loop.run(() => this.#close(this.#isEnding ? { kind: 'closed here' } : { kind: 'broken', message }));
  }

  /** The process is no more; its kernel closes the connection. */
  kill(): void {
    if (this.#isAccepted) this.#end.release();
    else this.#end.reset();
    this.#options.onClosed();
  }

  /** The host is no more. */
  vanish(): void {
    this.#end.forget();
    this.#options.onClosed();
  }

  /** For this process; its kernel may still be sending. */
  get #isOver(): boolean {
    return this.#reason !== undefined || !this.#loop.isAlive;
  }

  /** Nothing is read: the program has said so, or it is stuck. What a broken connection leaves always is. */
  get #isHeld(): boolean {
    return !this.#reason && (this.#isPaused || !this.#loop.isReading);
  }

  #read(reader: Subscriber<Buffer>): void {
    if (this.#reader) throw new Error('The bytes of a connection have one subscriber.');
    this.#reader = reader;
    this.#loop.clock.setTimeout(() => this.#drain(), 0);
  }

  /** Hands over what has arrived; without a reader bytes wait, with one that has gone they are discarded. */
  #drain(): void {
    while (!this.#end.inbox.isEmpty) {
      if (!this.#reader || this.#isHeld) return;
      // The reader itself may have paused or killed the process.
      if (!this.#loop.isRunning) {
        this.readable();
        return;
      }
      const chunk = this.#end.inbox.read();
      if (chunk) this.#reader.next(chunk);
    }
    if (!this.#loop.isRunning) {
      this.readable();
      return;
    }
    if (this.#isHeld) return;
    if (this.#end.isFinReceived && !this.#reason) this.#endByOther();
    if (this.#reason) this.#reader?.complete();
  }

  #endByOther(): void {
    this.#close({ kind: this.#isEnding ? 'closed here' : 'ended' });
  }

  #close(reason: CloseReason): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.#loop.clock.clearTimeout(this.#grace);
    this.#end.release();
    this.#options.onClosed();
    this.#loop.sockets.delete(this);
    // What had come before a reset can still be read; after a close on this side nobody wants it any more.
    if (reason.kind === 'closed here') this.#end.inbox.clear();
    this.#loop.clock.setTimeout(() => {
      this.#drain();
      this.taken.complete();
      this.#over.next(reason);
      this.#over.complete();
    }, 0);
  }
}
