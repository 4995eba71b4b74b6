/**
 * Tapes as a pcapng file that Wireshark opens: what went over the wires, with its real addresses, ports and
 * times. The tester sits at the sockets and not at the card, so headers are made (`src/capture`); no rights
 * to capture are needed.
 */
import { udpPacket } from '../../capture/ip-packet.ts';
import { fileHead, packetBlock } from '../../capture/pcapng.ts';
import { TcpStream } from '../../capture/tcp-stream.ts';
import type { TapeEnd, TapeEntry } from '../wire/tape.ts';

/** All of these tapes in one file, in the order of time. @param comments one for each tape: its case. */
export function pcapng(
  tapes: readonly { readonly comment: string; readonly tape: readonly TapeEntry[] }[],
): Buffer {
  let connections = 0;
  const entries = tapes.flatMap(({ comment, tape }) => {
    const streams = new Map<number, TapedStream>();
    const streamOf = ({ connection, source, target }: TapeEntry) => {
      const known = streams.get(connection);
      if (known) return known;
      connections += 1;
      const begun = new TapedStream(source, target, connections);
      streams.set(connection, begun);
      return begun;
    };
    return tape.flatMap((entry, at) =>
      packetsOf(entry, streamOf).map((packet, nth) => ({
        timeMs: entry.timeMs,
        block: packetBlock(packet, entry.timeMs, at + nth === 0 ? comment : ''),
      })),
    );
  });
  const inOrder = entries.toSorted((one, other) => one.timeMs - other.timeMs);
  return Buffer.concat([fileHead(), ...inOrder.map(({ block }) => block)]);
}

/** One connection of a tape; whoever sends first has opened it. */
class TapedStream {
  readonly #client: TapeEnd;
  readonly #packets: TcpStream;

  constructor(client: TapeEnd, server: TapeEnd, number: number) {
    this.#client = client;
    this.#packets = new TcpStream(client, server, number);
  }

  packets({ event, source, bytes }: TapeEntry): Buffer[] {
    const isClient = source.port === this.#client.port && source.host === this.#client.host;
    const from = isClient ? 'client' : 'server';
    switch (event) {
      case 'opened':
        return this.#packets.opened();
      case 'data':
        return this.#packets.data(from, bytes);
      case 'FIN':
        return this.#packets.finished(from);
      default:
        return this.#packets.reset(from);
    }
  }
}

function packetsOf(entry: TapeEntry, streamOf: (entry: TapeEntry) => TapedStream): Buffer[] {
  const { transport, source, target, bytes } = entry;
  if (transport === 'UDP') return [udpPacket(source, target, bytes)];
  return streamOf(entry).packets(entry);
}
