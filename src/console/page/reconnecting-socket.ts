/**
 * A WebSocket that is opened again whenever it is lost, after pauses that double up to a bound: the program may have
 * been restarted. It never gives up while the page is open, and each of its ends is told.
 */
import { PAGE_LIMITS } from '../../limits.ts';

/** How the connection stands. */
export type Connection = 'connecting' | 'open' | 'closed';

/** What is told of the socket. */
export interface SocketListener {
  connection(state: Connection): void;
  /** A text message, as it came. */
  message(text: string): void;
}

/** The part of a browser's WebSocket that is used. */
export interface PlainSocket {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

const OPEN = 1;

/** Pause before connect number `attempt` (the first that failed was number 0), in milliseconds. */
export function pauseMs(attempt: number): number {
  return Math.min(PAGE_LIMITS.reconnectMaxMs, PAGE_LIMITS.reconnectMinMs * 2 ** Math.min(attempt, 16));
}

/** A socket that comes back. */
export class ReconnectingSocket {
  readonly #open: () => PlainSocket;
  readonly #listener: SocketListener;
  #socket: PlainSocket | null = null;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param open makes a new socket, connecting; called at every attempt. */
  constructor(open: () => PlainSocket, listener: SocketListener) {
    this.#open = open;
    this.#listener = listener;
  }

  /** Connects; once. */
  start(): void {
    this.#connect();
  }

  /** Sends if there is a connection. @returns false if there is none. */
  send(text: string): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** Ends the socket for good. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #connect(): void {
    this.#timer = null;
    this.#listener.connection('connecting');
    const socket = this.#open();
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempts = 0;
      this.#listener.connection('open');
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (this.#socket === socket && typeof data === 'string') this.#listener.message(data);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost();
    };
  }

  #lost(): void {
    this.#socket = null;
    this.#listener.connection('closed');
    this.#timer = setTimeout(() => this.#connect(), pauseMs(this.#attempts));
    this.#attempts += 1;
  }
}
