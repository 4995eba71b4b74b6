/** A colour for every nickname, the same in every window and on every reload. */

/**
 * Hues that are told apart; their lightness is the theme's, so that each can be read in both colour schemes.
 */
const HUES = 12;
const CIRCLE_DEGREES = 360;
/** FNV-1a, 32 bit: names that differ in one letter get colours that differ. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The hue of a nickname, in degrees. */
export function speakerHue(user: string): number {
  let hash = FNV_OFFSET;
  for (const character of user) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME);
  // The low bits of FNV are its worst.
  return (((hash ^ (hash >>> 15)) >>> 0) % HUES) * (CIRCLE_DEGREES / HUES);
}
