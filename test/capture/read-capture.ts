/**
 * Reads a capture by the formats' own definitions (pcapng, RFC 791, 793, 768), block by block: an oracle that
 * shares nothing with the writer.
 */

/** One packet. */
export interface ReadPacket {
  readonly timeMs: number;
  readonly transport: 'TCP' | 'UDP';
  /** `host:port`. */
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly acknowledged: number;
  /** `S`, `SA`, `A`, `PA`, `FA`, `RA`; nothing for UDP. */
  readonly flags: string;
  readonly payload: Buffer;
}

const ENHANCED_PACKET = 6;
const FLAG_LETTERS = ['F', 'S', 'R', 'P', 'A'];

/** Whole packets of a file; what is cut off at its end is left. @throws Error where a block is not whole. */
export function packetsIn(file: Buffer): ReadPacket[] {
  const packets: ReadPacket[] = [];
  for (let at = 0; at + 12 <= file.length; ) {
    const length = file.readUInt32LE(at + 4);
    if (at + length > file.length) break;
    if (file.readUInt32LE(at + length - 4) !== length) throw new Error(`the block at ${at} has two lengths`);
    if (file.readUInt32LE(at) === ENHANCED_PACKET) packets.push(packetIn(file.subarray(at + 8, at + length)));
    at += length;
  }
  return packets;
}

function packetIn(body: Buffer): ReadPacket {
  const micros = (BigInt(body.readUInt32LE(4)) << 32n) + BigInt(body.readUInt32LE(8));
  const ip = body.subarray(20, 20 + body.readUInt32LE(12));
  const transport = ip[9] === 6 ? 'TCP' : 'UDP';
  const segment = ip.subarray(((ip[0] ?? 0) & 0xf) * 4, ip.readUInt16BE(2));
  const isTcp = transport === 'TCP';
  const flags = isTcp ? (segment[13] ?? 0) : 0;
  return {
    timeMs: Number(micros) / 1_000,
    transport,
    from: `${[...ip.subarray(12, 16)].join('.')}:${segment.readUInt16BE(0)}`,
    to: `${[...ip.subarray(16, 20)].join('.')}:${segment.readUInt16BE(2)}`,
    sequence: isTcp ? segment.readUInt32BE(4) : 0,
    acknowledged: isTcp ? segment.readUInt32BE(8) : 0,
    flags: FLAG_LETTERS.filter((_, bit) => flags & (1 << bit))
      .toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other))
      .join(''),
    payload: segment.subarray(isTcp ? ((segment[12] ?? 0) >> 4) * 4 : 8),
  };
}

const ORDER = 'SFRPA';

/** One connection: what each side has said, and how it went. */
export interface ReadConnection {
  readonly client: string;
  readonly server: string;
  readonly fromClient: string;
  readonly fromServer: string;
  /** Flags of all packets that carry no bytes, with who sent them: `c` or `s`. */
  readonly marks: readonly string[];
}

/** The connections of a capture. @throws Error where a sequence number is not the next byte's. */
export function connectionsIn(packets: readonly ReadPacket[]): ReadConnection[] {
  const open = new Map<string, OpenConnection>();
  const all: OpenConnection[] = [];
  for (const packet of packets) {
    if (packet.transport !== 'TCP') continue;
    const key = [packet.from, packet.to].toSorted().join(' ');
    if (packet.flags === 'S') {
      const begun = new OpenConnection(packet);
      all.push(begun);
      open.set(key, begun);
    }
    const known = open.get(key);
    if (!known) throw new Error(`a packet of ${key} without a SYN`);
    known.take(packet);
  }
  return all.map((connection) => connection.read());
}

class OpenConnection {
  readonly #client: string;
  readonly #server: string;
  readonly #next = new Map<string, number>();
  readonly #said = new Map<string, Buffer[]>();
  readonly #marks: string[] = [];

  constructor({ from, to }: ReadPacket) {
    this.#client = from;
    this.#server = to;
  }

  take({ from, to, flags, sequence, acknowledged, payload }: ReadPacket): void {
    const expected = this.#next.get(from) ?? sequence;
    if (sequence !== expected) throw new Error(`${from} is at ${sequence}, not at ${expected}`);
    if (flags.includes('A') && acknowledged !== this.#next.get(to))
      throw new Error(`${from} acknowledges ${acknowledged} of ${to}`);
    const counted = /[SF]/.test(flags) ? 1 : 0;
    this.#next.set(from, (sequence + payload.length + counted) % 2 ** 32);
    if (payload.length > 0) this.#said.set(from, [...(this.#said.get(from) ?? []), payload]);
    else this.#marks.push(`${from === this.#client ? 'c' : 's'} ${flags}`);
  }

  read(): ReadConnection {
    const said = (who: string) => Buffer.concat(this.#said.get(who) ?? []).toString('latin1');
    return {
      client: this.#client,
      server: this.#server,
      fromClient: said(this.#client),
      fromServer: said(this.#server),
      marks: this.#marks,
    };
  }
}
