/**
 * One WebSocket of a page or another viewer: what it says comes out as text, what it is told goes in as text,
 * and it can neither fill our memory nor bring us down.
 *
 * Invariants: what waits for it is bounded by `queueMaxBytes`, over that it is disconnected; nothing is said
 * to it and nothing of it is heard after its end.
 */
import { WebSocket } from 'ws';

/** Codes of RFC 6455 that a viewer is closed with. */
const CLOSE = { goingAway: 1_001, policyViolation: 1_008 } as const;

/** What is done with a viewer's words and its end. */
interface ViewerEvents {
  received(viewer: Viewer, text: string): void;
  /** Called once, however it ended. */
  ended(viewer: Viewer): void;
}

/** A connection that has shown that it may be here. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #queueMaxBytes: number;
  /** It has said or answered something since the last ping. */
  #isAlive = true;

  constructor(socket: WebSocket, queueMaxBytes: number, events: ViewerEvents) {
    this.#socket = socket;
    this.#queueMaxBytes = queueMaxBytes;
    socket.on('message', (data, isBinary) => {
      this.#isAlive = true;
      if (!this.isOpen) return;
      if (isBinary) this.refuse('text is spoken here');
      else events.received(this, data.toString());
    });
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // Too long a message, or no WebSocket frames at all: ws closes the connection with the right code by
    // itself.
    socket.on('error', () => {});
    socket.on('close', () => events.ended(this));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Bytes that it has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** MUST NOT block. A viewer that lets too much wait is disconnected. */
  send(text: string): void {
    if (!this.isOpen) return;
    this.#socket.send(text);
    if (this.queuedBytes > this.#queueMaxBytes) this.#socket.terminate();
  }

  /** It has said what may not be said here. */
  refuse(reason: string): void {
    this.#socket.close(CLOSE.policyViolation, reason);
  }

  /** Asks for a sign of life; who has given none since the last time is dead. */
  ping(): void {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  /** The console ends. */
  leave(): void {
    this.#socket.close(CLOSE.goingAway, 'the program has ended');
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
