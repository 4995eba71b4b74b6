/** A colour for every nickname, the same in every window and on every reload. */
import { colourOfNickname } from '../../../../words/nickname-colour.ts';

/**
 * Hues that are told apart; their lightness is the theme's, so that each can be read in both colour schemes.
 */
const HUES = 12;
const CIRCLE_DEGREES = 360;

/** The hue of a nickname, in degrees. */
export function speakerHue(user: string): number {
  return colourOfNickname(user, HUES) * (CIRCLE_DEGREES / HUES);
}
