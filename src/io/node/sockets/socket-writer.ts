/**
 * What is written to one socket of node:net, and what of it still waits. The socket is handed a slice at a
 * time: only so can be seen that a slow receiver takes something, because Node tells the end of a write, not
 * its progress, and would make one write of all that waits.
 *
 * Invariants: bytes go out in the order in which they were given, and no later than at the end of the turn of
 * the event loop where the network takes them; the first few writes of a turn are a system call each.
 */
import type { Socket } from 'node:net';
import { Subject } from 'rxjs';
import { SINGLE_WRITES_A_TURN, WRITE_SLICE_BYTES } from '../../../limits/sockets.ts';

/** The outgoing side of one socket. */
export class SocketWriter {
  /** Emits when the network has taken some of what waited. */
  readonly taken = new Subject<void>();
  readonly #socket: Socket;
  /** What the socket has not been given yet, from `#next` on. */
  #waiting: Uint8Array[] = [];
  #next = 0;
  #waitingBytes = 0;
  /** Writes in this turn of the event loop. */
  #writesThisTurn = 0;
  /** True from the moment when the network did not take a write at once until it has taken everything. */
  #isBehind = false;

  /** @param socket connected. */
  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Bytes given that the network has not taken. */
  get queuedBytes(): number {
    return this.#socket.destroyed ? 0 : this.#waitingBytes + this.#socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    this.#writesThisTurn += 1;
    if (this.#writesThisTurn === 1) process.nextTick(this.#turnOver);
    if (this.#isFree && this.#writesThisTurn <= SINGLE_WRITES_A_TURN) this.#handOver([bytes]);
    else this.#wait(bytes);
  }

  /** One write, as if the pieces lay behind each other in memory. */
  writeAll(pieces: readonly Uint8Array[]): void {
    if (this.#isFree) this.#handOver(pieces);
    else for (const piece of pieces) this.#wait(piece);
  }

  /** Gives the socket everything, and FIN after it. */
  finish(): void {
    const rest = this.#waiting.slice(this.#next);
    this.#forget();
    this.#socket.cork();
    for (const piece of rest) this.#socket.write(piece);
    this.#socket.uncork();
    this.#socket.end();
  }

  get #isFree(): boolean {
    return this.#waitingBytes === 0 && this.#socket.writableLength === 0;
  }

  #wait(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #handOver(pieces: readonly Uint8Array[]): void {
    const socket = this.#socket;
    if (pieces.length === 1) {
      socket.write(pieces[0] as Uint8Array, this.#onTaken);
    } else {
      socket.cork();
      for (const [at, piece] of pieces.entries()) {
        if (at < pieces.length - 1) socket.write(piece);
        else socket.write(piece, this.#onTaken);
      }
      socket.uncork();
    }
    if (socket.writableLength > 0) this.#isBehind = true;
  }

  readonly #turnOver = (): void => {
    this.#writesThisTurn = 0;
    this.#handOverWaiting();
  };

  /** One function for all writes: Node gathers the calls of equal ones. */
  readonly #onTaken = (error?: Error | null): void => {
    if (error || !this.#isBehind) return;
    this.#handOverWaiting();
    if (this.#isFree) this.#isBehind = false;
    this.taken.next();
  };

  #handOverWaiting(): void {
    while (this.#waitingBytes > 0 && this.#socket.writableLength === 0) {
      const slice: Uint8Array[] = [];
      let sliceBytes = 0;
      for (let piece = this.#waiting[this.#next]; piece; piece = this.#waiting[this.#next]) {
        if (sliceBytes > 0 && sliceBytes + piece.length > WRITE_SLICE_BYTES) break;
        slice.push(piece);
        sliceBytes += piece.length;
        this.#next += 1;
      }
      this.#waitingBytes -= sliceBytes;
      if (this.#waitingBytes === 0) this.#forget();
      this.#handOver(slice);
    }
  }

  #forget(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#waitingBytes = 0;
  }
}
