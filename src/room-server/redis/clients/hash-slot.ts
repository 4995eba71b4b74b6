/** Which of the 16,384 slots of a cluster a key is in: CRC-16 (XMODEM) of its hash tag, as in Redis. */

const POLYNOMIAL = 0x1021;
const SLOTS = 16_384;

/** The slot of a key; of ASCII keys only, as all of the program are. */
export function hashSlot(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const tag = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (let at = 0; at < tag.length; at += 1) {
    crc ^= tag.charCodeAt(at) << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0);
    crc &= 0xffff;
  }
  return crc % SLOTS;
}
