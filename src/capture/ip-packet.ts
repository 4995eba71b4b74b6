/** IPv4 packets with a TCP segment or a UDP datagram in them, checksums included. Pure. */
import type { Endpoint } from '../io/network.ts';

/** The flags of a segment that are used here. */
export const FLAG = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 } as const;

/** What differs from one segment to another. */
interface Segment {
  readonly sequence: number;
  readonly acknowledged: number;
  readonly flags: number;
}

const IP_BYTES = 20;
const TCP_BYTES = 20;
const UDP_BYTES = 8;
const TCP = 6;
const UDP = 17;
const WINDOW = 65_535;
const TIME_TO_LIVE = 64;
const DO_NOT_FRAGMENT = 0x4000;

/** A TCP segment in its packet. @param payload at most 65,495 bytes. */
export function tcpPacket(from: Endpoint, to: Endpoint, segment: Segment, payload: Uint8Array): Buffer {
  const packet = ipPacket(TCP, from, to, TCP_BYTES, payload);
  const { sequence, acknowledged, flags } = segment;
  packet.writeUInt16BE(from.port, IP_BYTES);
  packet.writeUInt16BE(to.port, IP_BYTES + 2);
  packet.writeUInt32BE(sequence, IP_BYTES + 4);
  packet.writeUInt32BE(flags & FLAG.ACK ? acknowledged : 0, IP_BYTES + 8);
  packet[IP_BYTES + 12] = (TCP_BYTES / 4) << 4;
  packet[IP_BYTES + 13] = flags;
  packet.writeUInt16BE(WINDOW, IP_BYTES + 14);
  packet.writeUInt16BE(transportChecksum(packet, TCP), IP_BYTES + 16);
  return packet;
}

/** A UDP datagram in its packet. @param payload at most 65,507 bytes. */
export function udpPacket(from: Endpoint, to: Endpoint, payload: Uint8Array): Buffer {
  const packet = ipPacket(UDP, from, to, UDP_BYTES, payload);
  packet.writeUInt16BE(from.port, IP_BYTES);
  packet.writeUInt16BE(to.port, IP_BYTES + 2);
  packet.writeUInt16BE(UDP_BYTES + payload.length, IP_BYTES + 4);
  // Zero would say that there is no checksum.
  packet.writeUInt16BE(transportChecksum(packet, UDP) || 0xffff, IP_BYTES + 6);
  return packet;
}

function ipPacket(
  protocol: number,
  from: Endpoint,
  to: Endpoint,
  headBytes: number,
  payload: Uint8Array,
): Buffer {
  const length = IP_BYTES + headBytes + payload.length;
  const packet = Buffer.alloc(length);
  packet[0] = 0x45;
  packet.writeUInt16BE(length, 2);
  packet.writeUInt16BE(DO_NOT_FRAGMENT, 6);
  packet[8] = TIME_TO_LIVE;
  packet[9] = protocol;
  writeOctets(packet, from.host, 12);
  writeOctets(packet, to.host, 16);
  packet.writeUInt16BE(folded(sum(packet, 0, IP_BYTES)), 10);
  packet.set(payload, IP_BYTES + headBytes);
  return packet;
}

function writeOctets(packet: Buffer, host: string, at: number): void {
  for (const [place, octet] of host.split('.').entries()) packet[at + place] = Number(octet);
}

/** Over the addresses, the protocol and the length as well (the pseudo header). */
function transportChecksum(packet: Buffer, protocol: number): number {
  const addresses = sum(packet, 12, IP_BYTES);
  return folded(addresses + protocol + packet.length - IP_BYTES + sum(packet, IP_BYTES, packet.length));
}

function sum(bytes: Buffer, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 2)
    total += ((bytes[at] as number) << 8) + (at + 1 < to ? (bytes[at + 1] as number) : 0);
  return total;
}

/** The Internet checksum (RFC 1071) of a sum. */
function folded(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return ~rest & 0xffff;
}
