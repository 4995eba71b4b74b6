/**
 * A WebSocket that is opened again whenever it is lost, after pauses that double up to a bound; also when the
 * server has said that the program ends, because it may be started again at the same address. Each of its
 * ends is told, and after the end of the program nothing more until it is back.
 */
import { backOffMs } from '../../../../pacing/back-off.ts';
import { PAGE_LIMITS } from '../../../limits.ts';

/** How the connection stands; `ended`: the program has said that it ends. */
export type Connection = 'connecting' | 'open' | 'closed' | 'ended';

/** What is told of the socket. */
interface SocketListener {
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

/** "Going away" (RFC 6455, 7.4.1): the server's last word. */
const GOING_AWAY = 1_001;

/** Pause before connect number `attempt` (the first that failed was number 0), in milliseconds. */
export function pauseMs(attempt: number): number {
  const { reconnectMinMs: minMs, reconnectMaxMs: maxMs } = PAGE_LIMITS;
  return backOffMs({ minMs, maxMs, jitterRatio: 0 }, attempt, () => 0);
}

/** A socket that comes back. */
export class ReconnectingSocket {
  readonly #open: () => PlainSocket;
  readonly #listener: SocketListener;
  #socket: PlainSocket | null = null;
  #attempts = 0;
  #hasEnded = false;
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
    if (!this.#hasEnded) this.#listener.connection('connecting');
    const socket = this.#open();
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempts = 0;
      this.#hasEnded = false;
      this.#listener.connection('open');
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (this.#socket === socket && typeof data === 'string') this.#listener.message(data);
    };
    socket.onclose = ({ code }: { readonly code: number }) => {
      if (this.#socket === socket) this.#lost(code);
    };
  }

  #lost(code: number): void {
    this.#socket = null;
    if (code === GOING_AWAY) {
      this.#hasEnded = true;
      this.#listener.connection('ended');
    } else if (!this.#hasEnded) this.#listener.connection('closed');
    this.#timer = setTimeout(() => this.#connect(), pauseMs(this.#attempts));
    this.#attempts += 1;
  }
}
