/**
 * The output of a face as one more reader of the room: where nothing that is shown may get lost (a pipe), the
 * room waits for it as it waits for a link (flow-control.ts), and TCP passes that on to who speaks.
 *
 * Invariants: an output that takes nothing for `slowConsumerMs`, or too little for `slowFloorMs`, is waited
 * for no more, because neighbours would give this peer up for it; it is waited for again once it has taken
 * nearly all that it was given. At the end of the peer nothing is held back.
 */
import type { PeerLimits } from '../../limits/peer.ts';
import type { FlowControl } from './flow-control.ts';

/** One output of a peer; a link has another ID. */
const OUTPUT_ID = 'output';

/** It reads nothing that could be stopped. */
const NOTHING_TO_STOP = { pause() {}, resume() {} };

/** See above. */
export class OutputFlow {
  readonly #flow: Pick<FlowControl, 'add' | 'remove' | 'wrote' | 'took'>;
  readonly #limits: Pick<PeerLimits, 'linkLowWaterBytes'>;
  readonly #queuedBytes: () => number;
  #isGivenUp = false;

  /** @param queuedBytes what waits for the output now. */
  constructor(
    flow: Pick<FlowControl, 'add' | 'remove' | 'wrote' | 'took'>,
    limits: Pick<PeerLimits, 'linkLowWaterBytes'>,
    queuedBytes: () => number,
  ) {
    this.#flow = flow;
    this.#limits = limits;
    this.#queuedBytes = queuedBytes;
    this.#add();
  }

  /** Something waits that has not waited before. */
  wrote(): void {
    if (!this.#isGivenUp) this.#flow.wrote(OUTPUT_ID);
  }

  /** The output has taken something of what waited. */
  took(): void {
    if (this.#isGivenUp && this.#queuedBytes() <= this.#limits.linkLowWaterBytes) {
      this.#isGivenUp = false;
      this.#add();
    }
    if (!this.#isGivenUp) this.#flow.took(OUTPUT_ID);
  }

  #add(): void {
    this.#flow.add(OUTPUT_ID, NOTHING_TO_STOP, this.#queuedBytes, () => {
      this.#isGivenUp = true;
      this.#flow.remove(OUTPUT_ID);
    });
  }
}
