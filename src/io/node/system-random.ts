/** Randomness that nothing can repeat; no secrets are made of it. */
import type { Random } from '../random.ts';

/** The generator of the JavaScript engine. */
export const systemRandom: Random = { next: () => Math.random() };
