/** Whether what the user typed may be the content of a TEXT, byte for byte (PROTOCOL.md, Send). Pure. */
import type { PeerLimits } from '../limits/peer.ts';
import { NotAsciiError, type RefusalError, TextTooLongError } from '../words/refusals.ts';

const SHOWN_CHARACTERS = 5;

/**
 * Why a text can't be sent; `undefined` if it can.
 * @param allowUtf8 false refuses bytes over 127, because other implementations crash on them.
 */
export function refusalOf(
  text: string,
  allowUtf8: boolean,
  limits: Pick<PeerLimits, 'contentMaxBytes'>,
): RefusalError | undefined {
  const bytes = Buffer.byteLength(text, 'utf8');
  // Whatever is not ASCII takes more bytes than it has code units.
  const isAllowed = allowUtf8 || bytes === text.length;
  const foreign = isAllowed ? [] : [...new Set(text)].filter((character) => character > '\x7f');
  if (foreign.length > 0) return new NotAsciiError(foreign.slice(0, SHOWN_CHARACTERS).join(' '));
  if (bytes >= limits.contentMaxBytes) return new TextTooLongError(bytes, limits.contentMaxBytes);
  return undefined;
}
