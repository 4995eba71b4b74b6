/**
 * Strings from the network, made fit to be shown: whatever could move a cursor, recolour a terminal, reorder
 * text or hide in it is written out. One line in is one line out, so nobody can forge a line of a face or of
 * the log.
 *
 * Dangerous are the Unicode categories Cc (C0, DEL, C1), Cf (bidi controls, zero-width characters, byte order
 * mark, tags), Zl and Zp (line separators) and Cs (unpaired surrogates); what is drawn as nothing at all
 * (Default_Ignorable_Code_Point: fillers, joiners; but not the selectors that belong to emoji); and marks
 * that are put on one letter without end, beyond what any script does, because they run over the lines above.
 * Invariants: the output has none of them; text without them passes unchanged; it never throws.
 *
 * A browser, unlike a terminal, draws emoji that are joined, and scripts that need joiners: `harmlessOnPage`
 * leaves those joiners as they are, where they stand between what they join.
 */

const DANGEROUS = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]|(?<=\p{M}{8})\p{M}/gu;
/** Scripts whose letters are written apart or together by joiners (Unicode 16, chapter 23.2). */
const JOINING_SCRIPTS = [
  ...[
    'Arabic',
    'Syriac',
    'Mongolian',
    'Nko',
    'Devanagari',
    'Bengali',
    'Gurmukhi',
    'Gujarati',
    'Oriya',
    'Tamil',
  ],
  ...['Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan'],
];
const JOINING_LETTER = `[${JOINING_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`;
const EMOJI_END = String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]`;
/** Joined emoji, joined or parted letters, and flags of regions, which are spelt in tags. */
const JOINED = [
  String.raw`(?<=${EMOJI_END})\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=${JOINING_LETTER})[\u200c\u200d](?=${JOINING_LETTER})`,
  String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`,
].join('|');
const JOINED_OR_DANGEROUS = new RegExp(`(${JOINED})|${DANGEROUS.source}`, 'gu');
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

/** The same for a page in a browser: joiners between what they join stay as they are. */
export function harmlessOnPage(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(JOINED_OR_DANGEROUS, (found: string, joined?: string) => joined ?? writtenOut(found));
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
