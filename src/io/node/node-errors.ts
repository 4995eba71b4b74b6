/** Error codes of the operating system, as Node reports them, to the sentences of the network. */
import { NetworkError } from '../network.ts';
import {
  NO_ANSWER_MESSAGE,
  notLocal,
  portInUse,
  RESET_MESSAGE,
  refused,
  type Transport,
  unreachable,
} from '../network-errors.ts';

/** The code of an error of Node, `''` where it has none. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Why a connect has failed. */
export function connectError(cause: Error): NetworkError {
  switch (codeOf(cause)) {
    case 'ECONNREFUSED':
      return refused({ cause });
    // Accepted by the kernel over there, and thrown out by the program before we knew.
    case 'ECONNRESET':
      return new NetworkError('refused', RESET_MESSAGE, { cause });
    case 'ETIMEDOUT':
      return new NetworkError('timeout', NO_ANSWER_MESSAGE, { cause });
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return unreachable({ cause });
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return new NetworkError('unreachable', 'the network is unreachable', { cause });
    case 'EACCES':
    case 'EPERM':
      return new NetworkError('not permitted', 'this computer does not permit the connection', { cause });
    case 'EMFILE':
    case 'ENFILE':
      return new NetworkError('other', 'too many files are open on this computer', { cause });
    default:
      return new NetworkError('other', brokenMessage(cause), { cause });
  }
}

/** Why a listen or a bind has failed. */
export function bindError(cause: Error, host: string, port: number, transport: Transport): NetworkError {
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return portInUse(port, transport, { cause });
    case 'EADDRNOTAVAIL':
      return notLocal(host, { cause });
    case 'EACCES':
    case 'EPERM':
      return new NetworkError('not permitted', `port ${port} is not permitted (${transport})`, { cause });
    default:
      return new NetworkError('other', cause.message, { cause });
  }
}

/** Why an established connection has broken. */
export function brokenMessage(error: Error): string {
  switch (codeOf(error)) {
    case 'ECONNRESET':
    // A write that meets a connection that was reset before is told so by EPIPE.
    case 'EPIPE':
      return RESET_MESSAGE;
    case 'ETIMEDOUT':
      return NO_ANSWER_MESSAGE;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'the other side is unreachable';
    default:
      return error.message;
  }
}
