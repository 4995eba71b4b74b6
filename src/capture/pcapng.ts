/**
 * The blocks of a pcapng file that Wireshark opens: what stands at its front, and one block for each packet.
 * Packets begin with their IP header; times have microseconds. Pure.
 */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
/** LINKTYPE_RAW: packets begin with their IP header. */
const LINK_TYPE = 101;
const COMMENT = 1;
/** In front of a block's body, and behind it. */
const BLOCK_HEAD_BYTES = 8;
const BLOCK_TAIL_BYTES = 4;
const PACKET_HEAD_BYTES = 20;
const NOTHING = Buffer.alloc(0);

/** What stands at the front of a file. */
export function fileHead(): Buffer {
  return Buffer.concat([sectionBlock(), interfaceBlock()]);
}

/**
 * A packet with its time.
 * @param timeMs milliseconds since the Unix epoch, with their fractions.
 * @param comment shown beside the packet; none where it is empty.
 */
export function packetBlock(packet: Buffer, timeMs: number, comment = ''): Buffer {
  const option = commentOption(comment);
  const paddedBytes = packet.length + (-packet.length & 3);
  const { bytes, body } = block(ENHANCED_PACKET, PACKET_HEAD_BYTES + paddedBytes + option.length);
  const micros = BigInt(Math.round(timeMs * 1_000));
  body.writeUInt32LE(Number(micros >> 32n), 4);
  body.writeUInt32LE(Number(micros & 0xffffffffn), 8);
  body.writeUInt32LE(packet.length, 12);
  body.writeUInt32LE(packet.length, 16);
  packet.copy(body, PACKET_HEAD_BYTES);
  option.copy(body, PACKET_HEAD_BYTES + paddedBytes);
  return bytes;
}

function sectionBlock(): Buffer {
  const { bytes, body } = block(SECTION_HEADER, 16);
  body.writeUInt32LE(BYTE_ORDER, 0);
  body.writeUInt16LE(1, 4);
  // The length of the section is not told.
  body.writeBigInt64LE(-1n, 8);
  return bytes;
}

function interfaceBlock(): Buffer {
  const { bytes, body } = block(INTERFACE_DESCRIPTION, 8);
  body.writeUInt16LE(LINK_TYPE, 0);
  return bytes;
}

function commentOption(comment: string): Buffer {
  if (comment === '') return NOTHING;
  const text = Buffer.from(comment);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(COMMENT, 0);
  head.writeUInt16LE(text.length, 2);
  // Four zeros end the options.
  return Buffer.concat([head, text, Buffer.alloc(-text.length & 3), Buffer.alloc(4)]);
}

/** An empty block. @param bodyBytes a multiple of four. */
function block(type: number, bodyBytes: number): { readonly bytes: Buffer; readonly body: Buffer } {
  const length = BLOCK_HEAD_BYTES + bodyBytes + BLOCK_TAIL_BYTES;
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(length, 4);
  bytes.writeUInt32LE(length, length - BLOCK_TAIL_BYTES);
  return { bytes, body: bytes.subarray(BLOCK_HEAD_BYTES, length - BLOCK_TAIL_BYTES) };
}
