import type { FrameView } from '../protocol/frame-view.ts';
import type { DropKind } from '../words/notices.ts';

/** Frames or an event on their way, for the log and the console. */
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
    }
  | { readonly type: 'dropped'; readonly kind: DropKind; readonly via: string; readonly what: string }
  | {
      /** An event that a machine has taken; the state is the one before where it has changed nothing. */
      readonly type: 'transition';
      /** `user`, `room session`, `connectivity`, `forward link search`, `link forward-1`, `poke-1`, … */
      readonly machine: string;
      /** Its type and its fields. */
      readonly event: string;
      /** The machine that has sent it; none where it comes from the user, the network or the time. */
      readonly by?: string;
      readonly state: string;
    };

/** Frames on their way. */
export type FramesTrace = Extract<Trace, { type: 'frames' }>;
