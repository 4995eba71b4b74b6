import type { RawFrame } from '../protocol/frame-decoder.ts';
import type { FrameView } from '../protocol/frame-view.ts';
import type { DropKind } from '../words/notices.ts';

/** Frames on their way, or one that was dropped, for the log and the console. */
export type Trace =
  | {
      /**
       * One event for all of a chunk that came in, or that went out over one link: one for each frame would
       * cost more than relaying it.
       */
      readonly type: 'frames';
      readonly direction: 'in' | 'out';
      /** Link id, `room server`, or `datagram`. */
      readonly via: string;
      readonly remote: string;
      /**
       * At least one, in order, as they were on the wire. Views on received chunks: whoever keeps one keeps
       * the chunk. Of a batch from a flood they are made when somebody looks at them.
       */
      readonly frames: readonly FrameView[];
      /** How many there are. */
      readonly count: number;
      /** Of a chunk that came in: the very frames that are handled, one after the other. */
      readonly handled?: readonly RawFrame[];
      /** From now on this is told which of such frames is handled; at most one observer. MUST NOT block. */
      hearTurns?(turned: (frame: RawFrame) => void): void;
    }
  | {
      readonly type: 'dropped';
      readonly kind: DropKind;
      readonly via: string;
      readonly what: string;
      /** The wrong field, and the bytes, one character each; nothing where it is nobody's fault. */
      readonly field?: string | null;
      readonly bytes?: string | null;
      /** The frame, as it was told among those that came in; nothing where it was not. */
      readonly frame?: RawFrame | undefined;
    };

/** Frames on their way. */
export type FramesTrace = Extract<Trace, { type: 'frames' }>;
