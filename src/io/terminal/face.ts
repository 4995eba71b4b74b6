/** What every terminal face is given. */
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../clock.ts';

/** The outside of a face: where lines come from, where they go, and the time of day for their stamps. */
export interface FaceOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly clock: Clock;
}
