/**
 * The sentences in which a network says what went wrong, one place for all of its implementations: what the
 * user reads, and what a test expects, is the same over real sockets and in a simulation. They are fragments
 * ("connection refused"), so that the caller can put in front what was being tried.
 */
import { type CloseReason, NetworkError } from './network.ts';

/** Why a connection was broken by a reset. */
export const RESET_MESSAGE = 'reset by the other side';

/** True where the other host has answered that it knows nothing of the connection. */
export function isReset(reason: CloseReason): boolean {
  return reason.kind === 'broken' && reason.message === RESET_MESSAGE;
}

/** Why a connection was broken by a network that delivered nothing for too long. */
export const NO_ANSWER_MESSAGE = 'no answer from the other side';

/** The two transports, as an error names them. */
export type Transport = 'TCP' | 'UDP';

/** Nothing listens there. */
export function refused(options?: ErrorOptions): NetworkError {
  return new NetworkError('refused', 'connection refused', options);
}

/** The time that the caller allowed is over. */
export function timedOut(timeoutMs: number): NetworkError {
  return new NetworkError('timeout', `no answer within ${timeoutMs / 1_000} s`);
}

/** No way leads to that host. */
export function unreachable(options?: ErrorOptions): NetworkError {
  return new NetworkError('unreachable', 'the host is unreachable', options);
}

/** A name that has no IPv4 address. */
export function unknownHost(host: string, options?: ErrorOptions): NetworkError {
  return new NetworkError('unknown host', `unknown host ${JSON.stringify(host)}`, options);
}

/** An IPv6 address, or a name that has only such ones: the protocol can't write them down. */
export function onlyIpv6(host: string, options?: ErrorOptions): NetworkError {
  const what = `${JSON.stringify(host)} ${host.includes(':') ? 'is an IPv6 address' : 'has only IPv6 addresses'}`;
  const message = `${what}, and this chat speaks IPv4 only: give an IPv4 address or a name that has one`;
  return new NetworkError('unknown host', message, options);
}

/** A port that somebody else has. */
export function portInUse(port: number, transport: Transport, options?: ErrorOptions): NetworkError {
  return new NetworkError('in use', `port ${port} is in use (${transport})`, options);
}

/** An address to listen on that no interface of this host has. */
export function notLocal(address: string, options?: ErrorOptions): NetworkError {
  return new NetworkError('not local', `${address} is not an address of this computer`, options);
}
