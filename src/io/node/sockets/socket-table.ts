/**
 * The kernel's table of TCP sockets as Linux writes it to /proc/self/net/tcp, and what a line of it says of
 * the bytes that were written to a socket. Pure: the text is read elsewhere (node-acknowledgement.ts).
 *
 * A line: `sl local remote st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …`, numbers in hex but
 * for uid, timeout (unanswered probes) and inode. An address is the four bytes as one number of this
 * computer's own byte order.
 */
import { RETRANSMISSIONS_MIN } from '../../../limits/sockets.ts';
import type { Acknowledgement, Endpoint } from '../../network.ts';

/** One socket of the table, as far as acknowledgements are concerned. */
interface SocketEntry {
  /** Written and not acknowledged: on their way, or not sent yet. */
  readonly unacknowledgedBytes: number;
  readonly timer: number;
  /** How often the oldest of them was sent again; 0 after every acknowledgement. */
  readonly retransmissions: number;
  /** Questions to a receiver without space, or keepalive's, since the last answer. */
  readonly unansweredProbes: number;
}

/** The timer of a sender that waits until the receiver has space again, and asks it now and then. */
const ZERO_WINDOW_TIMER = 4;

/** One question may be on its way. */
const PROBES_ON_THEIR_WAY = 1;

/** An endpoint as the table writes it. */
export function tableAddress({ host, port }: Endpoint, isLittleEndian: boolean): string {
  const bytes = host.split('.').map(Number);
  return `${hex(isLittleEndian ? bytes.reverse() : bytes)}:${hex([port >>> 8, port & 0xff])}`;
}

function hex(bytes: readonly number[]): string {
  return bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/**
 * The line of one connection.
 * @param table any part of the table; a line that is cut off is not found.
 * @param local as `tableAddress` writes it; `remote` likewise.
 * @returns `undefined` where there is none, or none that can be read.
 */
export function findSocket(table: string, local: string, remote: string): SocketEntry | undefined {
  const at = table.indexOf(` ${local} ${remote} `);
  if (at < 0) return undefined;
  const end = table.indexOf('\n', at);
  return end < 0 ? undefined : parseEntry(table.slice(at, end));
}

const LINE =
  /^ \S+ \S+ [\dA-F]{2} (?<queue>[\dA-F]{8}):[\dA-F]{8} (?<timer>[\dA-F]{2}):[\dA-F]+ (?<again>[\dA-F]{8}) +\d+ +(?<probes>\d+) /;

function parseEntry(line: string): SocketEntry | undefined {
  const { queue, timer, again, probes } = LINE.exec(line)?.groups ?? {};
  if (queue === undefined || timer === undefined || again === undefined) return undefined;
  return {
    unacknowledgedBytes: Number.parseInt(queue, 16),
    timer: Number.parseInt(timer, 16),
    retransmissions: Number.parseInt(again, 16),
    unansweredProbes: Number(probes),
  };
}

/**
 * What a line says. A receiver that does not read answers the questions whether it has space by now: it is
 * there, however much waits for it.
 */
export function acknowledgementOf(entry: SocketEntry | undefined): Acknowledgement {
  if (!entry) return 'unknown';
  if (entry.unacknowledgedBytes === 0) return 'acknowledged';
  const isAnswered =
    entry.timer === ZERO_WINDOW_TIMER
      ? entry.unansweredProbes <= PROBES_ON_THEIR_WAY
      : entry.retransmissions < RETRANSMISSIONS_MIN;
  return isAnswered ? 'acknowledged' : 'unacknowledged';
}
