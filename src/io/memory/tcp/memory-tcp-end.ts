/**
 * One end of a simulated TCP connection as the kernel of its host has it: what has arrived and was not read,
 * what is to be sent, keepalive. It goes on while the process that has the connection is paused, and, until
 * everything is sent, when there is no such process any more.
 *
 * Invariants: an end that is gone answers everything but RST by RST, silence where its host is down; FIN is
 * the last thing that is read, and nothing that comes after it changes that it is read as the end.
 */
import { NO_ANSWER_MESSAGE, RESET_MESSAGE } from '../../network-errors.ts';
import type { Segment } from './memory-flight.ts';
import { Inbox, type InboxEnd } from './memory-inbox.ts';
import { Keepalive, type KeepaliveAnswer, type KeepaliveEnd } from './memory-keepalive.ts';
import type { MemoryPath } from './memory-path.ts';
import { Pipe, type PipeEnds } from './memory-pipe.ts';
import type { HostPower, TcpApp, TcpEndOptions } from './memory-tcp.ts';

/** One end, see above. */
export class TcpEnd implements PipeEnds, KeepaliveEnd, InboxEnd {
  readonly options: TcpEndOptions;
  readonly path: MemoryPath;
  readonly pathBack: MemoryPath;
  readonly #power: HostPower;
  readonly #incarnation: number;
  readonly #out: Pipe;
  readonly inbox = new Inbox(this);
  readonly #keepalive: Keepalive;
  /** Itself until it is joined: a connection has two ends. */
  #other: TcpEnd = this;
  #app: TcpApp | undefined;
  #isFinReceived = false;
  #isFinSent = false;
  #isGone = false;

  constructor(options: TcpEndOptions) {
    this.options = options;
    this.path = options.path;
    this.pathBack = options.pathBack;
    this.#power = options.power;
    this.#incarnation = options.power.incarnation;
    this.#out = new Pipe(options.path, options.pathBack, this);
    this.#keepalive = new Keepalive(options.path.clock, this);
  }

  /** Makes two ends the ends of one connection. */
  static join(near: TcpEnd, far: TcpEnd): void {
    near.#other = far;
    far.#other = near;
  }

  /** True where this host knows nothing of the connection any more. */
  get isGone(): boolean {
    return this.#isGone || this.#incarnation !== this.#power.incarnation;
  }

  get isOtherUp(): boolean {
    return !this.isGone && this.#other.#power.isUp;
  }

  /** Bytes written that the network has not taken yet. */
  get queuedBytes(): number {
    return this.#out.heldBytes;
  }

  /** False while what was written is sent again and again without an answer. */
  get isAcknowledged(): boolean {
    return this.#out.isAcknowledged;
  }

  /** True once the other side's FIN has come; it is read after the last byte. */
  get isFinReceived(): boolean {
    return this.#isFinReceived;
  }

  /** Gives the end to a process's connection. */
  attach(app: TcpApp): void {
    this.#app = app;
  }

  /** The connecting end: completes the handshake. */
  open(): void {
    this.#out.send({ kind: 'open' });
  }

  write(bytes: Buffer): void {
    this.#out.send({ kind: 'data', bytes });
  }

  /** Sends FIN behind all that was written. */
  finish(): void {
    if (this.#isFinSent) return;
    this.#isFinSent = true;
    this.#out.send({ kind: 'fin' });
  }

  /** Sends RST, and that was it. */
  reset(): void {
    if (this.isGone) return;
    this.forget();
    this.#out.reset();
  }

  /** The process lets go: what was written is still sent, then FIN; RST where it leaves something unread. */
  release(): void {
    if (this.isGone) return;
    if (!this.inbox.isEmpty) {
      this.reset();
      return;
    }
    this.#detach();
    this.#out.abandon();
    this.finish();
  }

  /** The connection is no more here, without a word to anybody. */
  forget(): void {
    this.#isGone = true;
    this.#detach();
    this.#out.drop();
  }

  /**
   * RST arrives, whoever has sent it: the process, if any, finds its connection broken, unless it had its
   * end.
   */
  denied(): void {
    if (this.isGone) return;
    if (this.#isFinReceived) this.forget();
    else this.#break(RESET_MESSAGE);
  }

  /** This host has lost the connection; its own process is told. */
  lose(): void {
    this.#break(RESET_MESSAGE);
  }

  giveUp(): void {
    this.#break(NO_ANSWER_MESSAGE);
  }

  sent(): void {
    this.#app?.sent();
  }

  get sender(): Pipe {
    return this.#other.#out;
  }

  arrive(segments: readonly Segment[]): boolean {
    const other = this.#other;
    // What a host has sent before its crash is not sent again.
    if (!other.#power.isUp) return this.isGone;
    other.#receive(segments);
    return true;
  }

  /** As a kernel does: not while something waits to be acknowledged. */
  ask(): KeepaliveAnswer {
    const isAnswered = !this.path.isCut && !this.pathBack.isCut && this.isOtherUp;
    if (isAnswered) return this.#other.isGone ? 'reset' : 'alive';
    return this.#out.isHolding ? 'not asked' : 'silence';
  }

  #receive(segments: readonly Segment[]): void {
    this.#keepalive.heard();
    for (const segment of segments) {
      if (this.isGone) {
        if (segment.kind === 'rst') continue;
        this.#out.reset();
        return;
      }
      this.#take(segment);
    }
    if (!this.inbox.isEmpty || this.#isFinReceived) this.#app?.readable();
  }

  #take(segment: Segment): void {
    switch (segment.kind) {
      case 'open':
        this.#app?.opened();
        return;
      case 'data':
        if (segment.bytes.length === 0) this.inbox.updateWindow();
        else if (this.#app) this.inbox.push(segment.bytes);
        else this.reset();
        return;
      case 'fin':
        this.#isFinReceived = true;
        this.#keepalive.stop();
        return;
      case 'rst':
        // What came just before, FIN included, must still be told: after this there is nobody to tell it to.
        if (!this.inbox.isEmpty || this.#isFinReceived) this.#app?.readable();
        this.denied();
    }
  }

  #break(message: string): void {
    const app = this.#app;
    this.forget();
    app?.broken(message);
  }

  #detach(): void {
    this.#app = undefined;
    this.#keepalive.stop();
  }
}
