/**
 * One TCP connection as packets: whoever sits at a socket does not see them, so headers are made here. It
 * begins with a handshake, sequence numbers count the bytes of each side, and it ends with FIN or RST. Pure.
 *
 * Invariant: after its FIN a side sends nothing more, after an RST nobody does.
 */
import type { Endpoint } from '../io/network.ts';
import { FLAG, tcpPacket } from './ip-packet.ts';

/** Who has opened the connection, and who has accepted it. */
export type Side = 'client' | 'server';

/** What one IP packet carries of a longer write. */
const PAYLOAD_MAX_BYTES = 60_000;
const SEQUENCES = 2 ** 32;
/**
 * Connections begin so far from each other: a pair of ports that comes again is seen to be another one.
 */
const BETWEEN_CONNECTIONS = 1_000_003;
const NOTHING = Buffer.alloc(0);

/** See above. */
export class TcpStream {
  readonly #ends: Readonly<Record<Side, Endpoint>>;
  /** The next byte of each side. */
  readonly #sequence: Record<Side, number>;
  readonly #hasEnded: Record<Side, boolean> = { client: false, server: false };
  #isReset = false;

  /** @param number of the connection in its capture, from 1. */
  constructor(client: Endpoint, server: Endpoint, number: number) {
    this.#ends = { client, server };
    const first = (number * BETWEEN_CONNECTIONS) % SEQUENCES;
    this.#sequence = { client: first, server: first };
  }

  /** The three packets of the handshake. */
  opened(): Buffer[] {
    return [
      this.#segment('client', FLAG.SYN, NOTHING, 1),
      this.#segment('server', FLAG.SYN | FLAG.ACK, NOTHING, 1),
      this.#segment('client', FLAG.ACK, NOTHING, 0),
    ];
  }

  /** One write: a packet, or several where it is long. */
  data(from: Side, bytes: Uint8Array): Buffer[] {
    if (this.#isReset || this.#hasEnded[from]) return [];
    const packets: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += PAYLOAD_MAX_BYTES) {
      const piece = bytes.subarray(at, at + PAYLOAD_MAX_BYTES);
      packets.push(this.#segment(from, FLAG.PSH | FLAG.ACK, piece, 0));
    }
    return packets;
  }

  finished(from: Side): Buffer[] {
    if (this.#isReset || this.#hasEnded[from]) return [];
    this.#hasEnded[from] = true;
    return [this.#segment(from, FLAG.FIN | FLAG.ACK, NOTHING, 1)];
  }

  reset(from: Side): Buffer[] {
    if (this.#isReset) return [];
    this.#isReset = true;
    return [this.#segment(from, FLAG.RST | FLAG.ACK, NOTHING, 0)];
  }

  /** @param counted what flags take of the sequence numbers. */
  #segment(from: Side, flags: number, payload: Uint8Array, counted: number): Buffer {
    const to = otherSide(from);
    const segment = { sequence: this.#sequence[from], acknowledged: this.#sequence[to], flags };
    this.#sequence[from] = (segment.sequence + payload.length + counted) % SEQUENCES;
    return tcpPacket(this.#ends[from], this.#ends[to], segment, payload);
  }
}

/** The one at the other end. */
export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
