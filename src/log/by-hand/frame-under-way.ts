/** What those who steer a simulated room see of a frame that is under way. */

/** A frame that is under way in a simulated network. */
export interface FrameUnderWay {
  readonly number: number;
  /** Names of peers, `room server`, or an address. */
  readonly from: string;
  readonly to: string;
  /** `TEXT`, `JOIN`, …; `FIN`, `RST`, `SYN` for what carries no bytes; `part` for a part of a frame. */
  readonly kind: string;
  /** The content of a TEXT, shortened; else empty. Foreign text. */
  readonly text: string;
  /** Bytes. */
  readonly size: number;
  /** When it arrives, in simulated milliseconds; `null` while it, or one in front of it, is held. */
  readonly dueMs: number | null;
  readonly isHeld: boolean;
  /** False where others of its connection come first. */
  readonly isNext: boolean;
  /** False where a part of it is still to be sent. */
  readonly isWhole: boolean;
}
