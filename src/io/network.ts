/**
 * The network as the program sees it: connections, listeners and datagrams behind interfaces, so that the
 * same actors run over real sockets and inside a simulation. Everything is IPv4 (PROTOCOL.md, Frames).
 *
 * Contract for every implementation:
 * - `connect`, `listen` and `bind` do nothing until subscribed, emit exactly once and complete, or fail with
 *   a NetworkError; unsubscribing before that gives up and releases everything;
 * - streams of bytes, connections and datagrams never fail: the end of a connection is a value of `closed`;
 * - bytes, connections and datagrams that arrive before the first subscriber are kept for it, in order;
 * - `write`, `writeAll`, `pause`, `resume`, `send`, `end` and `destroy` MUST NOT block and may be called in
 *   any state, also after the end.
 */
import type { Observable } from 'rxjs';

/** An IPv4 address in dotted decimal and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Why a connection has ended. */
export type CloseReason =
  /** The other side sent FIN. */
  | { readonly kind: 'ended' }
  /** This side called `end` or `destroy`. */
  | { readonly kind: 'closed here' }
  /**
   * RST, time-out of the network, or anything else that broke it; `message` is fit to be read by the user.
   */
  | { readonly kind: 'broken'; readonly message: string };

/** The end of a connection in words that fit behind "lost: ". */
export function closeReasonText(reason: CloseReason): string {
  switch (reason.kind) {
    case 'ended':
      return 'the other side closed it';
    case 'closed here':
      return 'closed here';
    case 'broken':
      return reason.message;
  }
}

/**
 * What a network knows of the bytes that were written to a connection.
 * - `acknowledged`: the other end's host has all of it, or it is on its way for the first time, or the host
 *   answers that its program does not read: the host is there.
 * - `unacknowledged`: some of it was sent again and again, and nothing came back.
 * - `unknown`: this system does not tell, or the connection is over.
 */
export type Acknowledgement = 'acknowledged' | 'unacknowledged' | 'unknown';

/** One established TCP connection. */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** What arrives, as it arrives; completes when nothing more will come. One subscriber. */
  readonly bytes: Observable<Buffer>;
  /** Emits once when the connection is over, also to late subscribers, and completes. */
  readonly closed: Observable<CloseReason>;
  /** Bytes given to `write` that the network has not taken yet. */
  readonly queuedBytes: number;
  /**
   * Emits when the network has taken some of what waited, so that `queuedBytes` has become smaller, and in
   * small enough steps to tell a slow receiver from one that takes nothing. Silent while nothing waits; never
   * within a call of `write`. Completes when the connection is over.
   */
  readonly taken: Observable<void>;
  /**
   * Asks the network, without a byte on the wire, what it knows of what was written. Emits once, not within
   * the call, and completes; unsubscribing before that drops the answer.
   */
  acknowledgement(): Observable<Acknowledgement>;
  /** One call is one segment where the network lets it be (TCP_NODELAY). Ignored after the end. */
  write(bytes: Uint8Array): void;
  /**
   * The same for bytes that lie in several pieces of memory: one call is one write, as if they were in one.
   */
  writeAll(pieces: readonly Uint8Array[]): void;
  /**
   * Stops reading: after this call `bytes` emits nothing until `resume`, and the other side is slowed down by
   * TCP's own flow control. A FIN is noticed only after `resume`; what a connection that breaks meanwhile had
   * received is still handed over. `end` and `destroy` resume.
   */
  pause(): void;
  /** Goes on reading. Harmless where nothing is paused. */
  resume(): void;
  /**
   * Sends what is queued, then FIN. What comes until the other side's FIN is still read; if that FIN does not
   * come, the connection is torn down after a grace time in which nothing has moved. Called again, it can
   * make the grace time shorter.
   * @param graceMs the network's grace time unless given.
   */
  end(graceMs?: number): void;
  /** Tears it down at once, without sending what is queued. */
  destroy(): void;
}

/** A listening TCP socket. */
export interface Listener {
  readonly local: Endpoint;
  readonly connections: Observable<Connection>;
  /** Stops listening; connections that were accepted live on. */
  close(): void;
}

/** A datagram that has arrived. */
export interface Datagram {
  readonly bytes: Buffer;
  readonly from: Endpoint;
}

/** A bound UDP socket. */
export interface DatagramSocket {
  readonly local: Endpoint;
  readonly datagrams: Observable<Datagram>;
  /** Sends one datagram; one that can't be sent is lost, as datagrams are. */
  send(bytes: Uint8Array, to: Endpoint): void;
  close(): void;
}

/** Everything that the program asks of a network. */
export interface Network {
  /**
   * Opens a TCP connection to a host name or an IPv4 address.
   * @param timeoutMs the whole attempt, name resolution included, fails after this long.
   */
  connect(to: Endpoint, timeoutMs: number): Observable<Connection>;
  /** Listens on an address; port 0 takes any free one. */
  listen(at: Endpoint): Observable<Listener>;
  /** Binds a UDP socket; port 0 takes any free one. */
  bind(at: Endpoint): Observable<DatagramSocket>;
  /**
   * The IPv4 addresses that this host has, loopback included: emits them soon after it is subscribed, and
   * again whenever they have changed. Completes without a value on a system that does not tell.
   */
  readonly localAddresses: Observable<readonly string[]>;
  /** The IPv4 addresses of a host name (or of an address: itself); at least one, or a NetworkError. */
  resolve(host: string): Observable<readonly string[]>;
}

/** Kinds of failure that the program treats differently. */
type NetworkErrorKind =
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'unknown host'
  | 'in use'
  | 'not permitted'
  | 'not local'
  | 'other';

/** A connect, a listen or a bind that has failed; the message is the sentence that the user reads. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly kind: NetworkErrorKind;

  constructor(kind: NetworkErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** True if a connect has failed because somebody there has said no: a sign of life. */
export function isAnswer(error: unknown): boolean {
  return error instanceof NetworkError && error.kind === 'refused';
}
