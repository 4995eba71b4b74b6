/** A program that differs from ours in a simulated world. */
import type { PeerLimits } from '../../limits/peer.ts';
import type { RoomServerLimits } from '../../limits/room-server.ts';
import type { ReplacedPorts } from '../../peer/replaced-ports.ts';

/** What is another program in this world: an experiment, or a planted bug. */
export interface Variant {
  readonly limits?: Partial<PeerLimits>;
  readonly roomServerLimits?: Partial<RoomServerLimits>;
  readonly replaced?: ReplacedPorts;
  /** False: nothing is sent again (`--no-catch-up`), and invariant 2 is not asked for at the end. */
  readonly isCatchingUp?: boolean;
}
