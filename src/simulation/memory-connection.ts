/**
 * One end of a simulated TCP connection. It behaves as a socket of Node does where the program can tell: FIN is
 * noticed when all bytes before it have been read, and is answered by FIN; an end that is gone answers bytes by
 * RST; nothing happens inside a call, everything through the clock.
 *
 * States: open → (end) ending → closed, or straight to closed by FIN, RST, `destroy` or a network that gave up.
 */
import { AsyncSubject, Observable, type Subscriber } from 'rxjs';
import type { Clock, Timer } from '../io/clock.ts';
import type { CloseReason, Connection, Endpoint } from '../io/network.ts';
import { NO_ANSWER_MESSAGE, RESET_MESSAGE } from '../io/network-errors.ts';
import { type MemoryPath, Pipe, type Segment } from './memory-path.ts';

/** What an end of a connection is made of. */
export interface MemoryConnectionOptions {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** The way to the other end. */
  readonly path: MemoryPath;
  readonly closeGraceMs: number;
  /** Gives a segment to the other end; called when it arrives there. */
  readonly deliver: (segment: Segment) => void;
  /** Called once, when the connection is over for this end. */
  readonly onClosed?: () => void;
  /** Called once the handshake is complete (at the listening end only). */
  readonly onOpen?: () => void;
}

/** One end of a connection, see above. */
export class MemoryConnection implements Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly bytes: Observable<Buffer>;
  readonly closed: Observable<CloseReason>;
  readonly #options: MemoryConnectionOptions;
  readonly #clock: Clock;
  readonly #out: Pipe;
  readonly #over = new AsyncSubject<CloseReason>();
  /** What has arrived and not been read. */
  #inbox: Segment[] = [];
  #reader: Subscriber<Buffer> | undefined;
  #reason: CloseReason | undefined;
  #isEnding = false;
  #grace: Timer;

  constructor(options: MemoryConnectionOptions) {
    this.local = options.local;
    this.remote = options.remote;
    this.#options = options;
    this.#clock = options.path.clock;
    this.#out = new Pipe(options.path, {
      arrive: options.deliver,
      giveUp: () => this.#close({ kind: 'broken', message: NO_ANSWER_MESSAGE }),
    });
    this.bytes = new Observable((subscriber) => this.#read(subscriber));
    this.closed = this.#over.asObservable();
  }

  get queuedBytes(): number {
    return this.#reason ? 0 : this.#out.heldBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#reason || this.#isEnding || bytes.length === 0) return;
    this.#out.send({ kind: 'data', bytes: Buffer.from(bytes) });
  }

  end(): void {
    if (this.#reason || this.#isEnding) return;
    this.#isEnding = true;
    this.#out.send({ kind: 'fin' });
    this.#grace = this.#clock.setTimeout(
      () => this.#close({ kind: 'closed here' }),
      this.#options.closeGraceMs,
    );
  }

  destroy(): void {
    if (this.#reason) return;
    this.#out.reset();
    this.#close({ kind: 'closed here' });
  }

  /** The connecting end: completes the handshake. */
  open(): void {
    this.#out.send({ kind: 'open' });
  }

  /** A segment has arrived from the other end. */
  receive(segment: Segment): void {
    if (this.#reason) {
      if (segment.kind === 'data') this.#out.reset();
    } else if (segment.kind === 'open') {
      this.#options.onOpen?.();
    } else if (segment.kind === 'rst') {
      this.#close(this.#isEnding ? { kind: 'closed here' } : { kind: 'broken', message: RESET_MESSAGE });
    } else {
      this.#inbox.push(segment);
      this.#drain();
    }
  }

  #read(reader: Subscriber<Buffer>): void {
    if (this.#reader) throw new Error('The bytes of a connection have one subscriber.');
    this.#reader = reader;
    this.#clock.setTimeout(() => this.#drain(), 0);
  }

  /** Hands over what has arrived; without a reader bytes wait, with one that has gone they are discarded. */
  #drain(): void {
    for (let segment = this.#inbox[0]; segment; segment = this.#inbox[0]) {
      if (segment.kind === 'data' && !this.#reader) return;
      this.#inbox.shift();
      if (segment.kind === 'data') this.#reader?.next(segment.bytes);
      else if (!this.#reason) this.#endByOther();
    }
    if (this.#reason) this.#reader?.complete();
  }

  #endByOther(): void {
    if (!this.#isEnding) this.#out.send({ kind: 'fin' });
    this.#close(this.#isEnding ? { kind: 'closed here' } : { kind: 'ended' });
  }

  #close(reason: CloseReason): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#clock.clearTimeout(this.#grace);
    this.#options.onClosed?.();
    // What had come before a reset can still be read; after a close on this side nobody wants it any more.
    if (reason.kind === 'closed here') this.#inbox = [];
    this.#clock.setTimeout(() => {
      this.#drain();
      this.#over.next(reason);
      this.#over.complete();
    }, 0);
  }
}
