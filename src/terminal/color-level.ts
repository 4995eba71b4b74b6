/** How much colour a terminal gets: what it can show, unless the user wants none. */
import type { ColorSupportLevel } from 'chalk';

/** The part of a terminal's output stream (tty.WriteStream) that knows its colours. */
export interface ColourDepth {
  getColorDepth?(env?: object): number;
}

/** Bits of colour of a terminal, best first, and what chalk calls them. */
const LEVELS: readonly (readonly [bits: number, level: ColorSupportLevel])[] = [
  [24, 3],
  [8, 2],
  [4, 1],
];

/** @param wanted false where `--no-color` was given; NO_COLOR (not empty) and TERM=dumb say the same. */
export function colorLevel(
  output: ColourDepth,
  wanted: boolean,
  env: Readonly<Record<string, string | undefined>>,
): ColorSupportLevel {
  if (!wanted || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return 0;
  const { NO_COLOR: _, ...rest } = env;
  const bits = output.getColorDepth?.(rest) ?? 1;
  return LEVELS.find(([least]) => bits >= least)?.[1] ?? 0;
}
