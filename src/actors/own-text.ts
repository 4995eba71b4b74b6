/** From what the user typed to the content of a TEXT (PROTOCOL.md, Send). Pure. */
import type { PeerLimits } from '../limits.ts';
import { NotAsciiError, type RefusalError, TextTooLongError } from '../machines/refusals.ts';

const SHOWN_CHARACTERS = 5;
const ASCII = /^[\x00-\x7f]*$/;

/** The bytes that are sent: exactly the typed ones. */
export function contentOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/**
 * Why a text can't be sent; `undefined` if it can.
 * @param allowUtf8 false refuses bytes over 127, because other implementations die of them.
 */
export function refusalOf(
  text: string,
  allowUtf8: boolean,
  limits: Pick<PeerLimits, 'contentMaxBytes'>,
): RefusalError | undefined {
  const isAllowed = allowUtf8 || ASCII.test(text);
  const foreign = isAllowed ? [] : [...new Set(text)].filter((character) => character > '\x7f');
  if (foreign.length > 0) return new NotAsciiError(foreign.slice(0, SHOWN_CHARACTERS).join(' '));
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes >= limits.contentMaxBytes) return new TextTooLongError(bytes, limits.contentMaxBytes);
  return undefined;
}
