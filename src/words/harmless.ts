/**
 * Strings from the network, made fit to be shown: whatever could move a cursor, recolour a terminal, reorder
 * text or hide in it is written out. One line in is one line out, so nobody can forge a line of a face or of
 * the log.
 *
 * Dangerous are the Unicode categories Cc (C0, DEL, C1), Cf (bidi controls, zero-width characters, byte order
 * mark, tags), Zl and Zp (line separators) and Cs (unpaired surrogates); what is drawn as nothing at all
 * (Default_Ignorable_Code_Point: fillers, joiners; but not the selectors that belong to emoji); and marks that
 * are put on one letter without end, beyond what any script does, because they run over the lines above.
 * Invariants: the output has none of them; text without them passes unchanged; it never throws.
 */

const DANGEROUS = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]|(?<=\p{M}{8})\p{M}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const PRINTABLE_ASCII_LINES = /^[\x20-\x7e\n]*$/;
const C0_END = 0x20;
const DEL = 0x7f;
const C1_END = 0xa0;
/** `^@` is NUL and `^?` is DEL: the caret's letter is the code with this bit turned over. */
const CARET_BIT = 0x40;
const HEX = 16;
const UTF16_DIGITS = 4;

/** Writes dangerous characters out: `^[` and `^?` (C0, DEL), `\x9b` (C1), `\u{202e}` (the others). */
export function harmless(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(DANGEROUS, writtenOut);
}

/**
 * Lines in a row, each made harmless and ended by a line feed: as many lines come out as go in. Usual ones
 * are looked at all at once, because to look at each costs more than to make it.
 */
export function harmlessLines(lines: readonly string[]): string {
  const joined = `${lines.join('\n')}\n`;
  // A line feed too many is one that stood in a line.
  const isUsual = PRINTABLE_ASCII_LINES.test(joined) && lineFeeds(joined) === lines.length;
  return isUsual ? joined : `${lines.map(harmless).join('\n')}\n`;
}

/** True for text that `harmless` leaves as it is. */
export function isHarmless(text: string): boolean {
  return text.search(DANGEROUS) < 0;
}

/**
 * A value as one line of JSON that is safe to print and still reads back exactly: what JSON leaves as it is
 * of the dangerous characters becomes `\u009b` escapes of JSON.
 */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value).replace(DANGEROUS, (character) =>
    Array.from({ length: character.length }, (_, at) => jsonEscape(character.charCodeAt(at))).join(''),
  );
}

function lineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < C0_END || code === DEL) return `^${String.fromCharCode(code ^ CARET_BIT)}`;
  if (code < C1_END) return `\\x${code.toString(HEX)}`;
  return `\\u{${code.toString(HEX)}}`;
}

function jsonEscape(code: number): string {
  return `\\u${code.toString(HEX).padStart(UTF16_DIGITS, '0')}`;
}
