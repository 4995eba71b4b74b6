/**
 * Tapes as a pcapng file that Wireshark opens: what went over the wires, with its real addresses, ports and
 * times. The tester sits at the sockets and not at the card, so IP, TCP and UDP headers are made here:
 * sequence numbers count the bytes, a connection begins with a handshake and ends with FIN or RST. No rights
 * to capture are needed.
 */
import type { TapeEnd, TapeEntry, TapeEvent } from '../wire/tape.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
/** LINKTYPE_RAW: packets begin with their IP header. */
const LINK_TYPE = 101;
const COMMENT = 1;
const IP_BYTES = 20;
const TCP_BYTES = 20;
const UDP_BYTES = 8;
const TCP = 6;
const UDP = 17;
const WINDOW = 65_535;
/** What one IP packet carries of a longer write. */
const PAYLOAD_MAX_BYTES = 60_000;
const FLAG = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 } as const;
const NOTHING = Buffer.alloc(0);

/** All of these tapes in one file, in the order of time. @param comments one for each tape: its case. */
export function pcapng(
  tapes: readonly { readonly comment: string; readonly tape: readonly TapeEntry[] }[],
): Buffer {
  const entries = tapes.flatMap(({ comment, tape }) => {
    const streams = new Map<number, Stream>();
    return tape.flatMap((entry, at) =>
      packetsOf(entry, streams).map((packet, nth) => ({
        timeMs: entry.timeMs,
        block: packetBlock(packet, entry.timeMs, at + nth === 0 ? comment : ''),
      })),
    );
  });
  const inOrder = entries.toSorted((one, other) => one.timeMs - other.timeMs);
  return Buffer.concat([sectionBlock(), interfaceBlock(), ...inOrder.map(({ block }) => block)]);
}

/** Sequence numbers of one connection, by `host:port` of the end that sends. */
type Stream = Map<string, number>;

function packetsOf(entry: TapeEntry, streams: Map<number, Stream>): Buffer[] {
  const { transport, connection, event, source, target, bytes } = entry;
  if (transport === 'UDP') return [ipPacket(UDP, source, target, udpSegment(source, target, bytes))];
  const stream = streams.get(connection) ?? new Map<string, number>();
  streams.set(connection, stream);
  const segment = (from: TapeEnd, to: TapeEnd, flags: number, payload: Buffer, counted: number) => {
    const sequence = stream.get(keyOf(from)) ?? 0;
    stream.set(keyOf(from), sequence + payload.length + counted);
    const acknowledged = stream.get(keyOf(to)) ?? 0;
    return ipPacket(TCP, from, to, tcpSegment(from, to, sequence, acknowledged, flags, payload));
  };
  if (event === 'opened')
    return [
      segment(source, target, FLAG.SYN, NOTHING, 1),
      segment(target, source, FLAG.SYN | FLAG.ACK, NOTHING, 1),
      segment(source, target, FLAG.ACK, NOTHING, 0),
    ];
  if (event !== 'data') return [segment(source, target, endFlags(event), NOTHING, 1)];
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PAYLOAD_MAX_BYTES)
    pieces.push(segment(source, target, FLAG.PSH | FLAG.ACK, bytes.subarray(at, at + PAYLOAD_MAX_BYTES), 0));
  return pieces;
}

function endFlags(event: TapeEvent): number {
  return (event === 'FIN' ? FLAG.FIN : FLAG.RST) | FLAG.ACK;
}

function keyOf({ host, port }: TapeEnd): string {
  return `${host}:${port}`;
}

function ipPacket(protocol: number, source: TapeEnd, target: TapeEnd, payload: Buffer): Buffer {
  const header = Buffer.alloc(IP_BYTES);
  header[0] = 0x45;
  header.writeUInt16BE(IP_BYTES + payload.length, 2);
  // Not to be fragmented.
  header.writeUInt16BE(0x4000, 6);
  header[8] = 64;
  header[9] = protocol;
  octets(source.host).copy(header, 12);
  octets(target.host).copy(header, 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, payload]);
}

function tcpSegment(
  source: TapeEnd,
  target: TapeEnd,
  sequence: number,
  acknowledged: number,
  flags: number,
  payload: Buffer,
): Buffer {
  const header = Buffer.alloc(TCP_BYTES);
  header.writeUInt16BE(source.port, 0);
  header.writeUInt16BE(target.port, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(flags & FLAG.ACK ? acknowledged : 0, 8);
  header[12] = (TCP_BYTES / 4) << 4;
  header[13] = flags;
  header.writeUInt16BE(WINDOW, 14);
  const segment = Buffer.concat([header, payload]);
  segment.writeUInt16BE(
    checksum(Buffer.concat([pseudoHeader(TCP, source, target, segment.length), segment])),
    16,
  );
  return segment;
}

function udpSegment(source: TapeEnd, target: TapeEnd, payload: Buffer): Buffer {
  const header = Buffer.alloc(UDP_BYTES);
  header.writeUInt16BE(source.port, 0);
  header.writeUInt16BE(target.port, 2);
  header.writeUInt16BE(UDP_BYTES + payload.length, 4);
  const segment = Buffer.concat([header, payload]);
  segment.writeUInt16BE(
    checksum(Buffer.concat([pseudoHeader(UDP, source, target, segment.length), segment])),
    6,
  );
  return segment;
}

function pseudoHeader(protocol: number, source: TapeEnd, target: TapeEnd, length: number): Buffer {
  return Buffer.concat([
    octets(source.host),
    octets(target.host),
    Buffer.of(0, protocol, length >> 8, length & 0xff),
  ]);
}

function octets(host: string): Buffer {
  return Buffer.from(host.split('.').map(Number));
}

/** The Internet checksum (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function sectionBlock(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER, 0);
  body.writeUInt16LE(1, 4);
  // The length of the section is not told.
  body.writeBigInt64LE(-1n, 8);
  return block(SECTION_HEADER, body);
}

function interfaceBlock(): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(LINK_TYPE, 0);
  return block(INTERFACE_DESCRIPTION, body);
}

function packetBlock(packet: Buffer, timeMs: number, comment: string): Buffer {
  const head = Buffer.alloc(20);
  const micros = BigInt(Math.round(timeMs * 1_000));
  head.writeUInt32LE(Number(micros >> 32n), 4);
  head.writeUInt32LE(Number(micros & 0xffffffffn), 8);
  head.writeUInt32LE(packet.length, 12);
  head.writeUInt32LE(packet.length, 16);
  return block(ENHANCED_PACKET, Buffer.concat([head, padded(packet), commentOption(comment)]));
}

function commentOption(comment: string): Buffer {
  if (comment === '') return NOTHING;
  const text = Buffer.from(comment);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(COMMENT, 0);
  head.writeUInt16LE(text.length, 2);
  // Four zeros end the options.
  return Buffer.concat([head, padded(text), Buffer.alloc(4)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

function block(type: number, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length + 12, 0);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(type, 0);
  return Buffer.concat([head, length, body, length]);
}
