/** What a console keeps of the past of all its peers: bounded, so that it costs the same after a day as after an hour. */
import type { ConsoleLimits } from '../limits.ts';
import type { KeptFrame } from './kept-frame.ts';
import type { ConsoleDrop, ConsoleNotice } from './messages.ts';
import { Ring } from './ring.ts';

/** See above. */
export class History {
  readonly notices: Ring<ConsoleNotice>;
  readonly frames: Ring<KeptFrame>;
  readonly drops: Ring<ConsoleDrop>;

  constructor({ noticesMax, framesMax, dropsMax }: ConsoleLimits) {
    this.notices = new Ring(noticesMax);
    this.frames = new Ring(framesMax);
    this.drops = new Ring(dropsMax);
  }
}
