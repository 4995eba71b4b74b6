/**
 * What a console keeps of the past of all its peers: bounded, so that it costs the same after a day as after
 * an hour.
 */

import type { ConsoleLimits } from '../limits.ts';
import { FrameHistory } from './frame-history.ts';
import type { ConsoleDrop, ConsoleNotice } from './messages.ts';
import { PeerRings } from './peer-rings.ts';

/** See above. */
export class History {
  readonly notices: PeerRings<ConsoleNotice>;
  readonly frames: FrameHistory;
  readonly drops: PeerRings<ConsoleDrop>;

  constructor(limits: Pick<ConsoleLimits, 'noticesMax' | 'framesMax' | 'frameShownMaxBytes' | 'dropsMax'>) {
    this.notices = new PeerRings(limits.noticesMax);
    this.frames = new FrameHistory(limits);
    this.drops = new PeerRings(limits.dropsMax);
  }
}
