/**
 * What is said over the WebSocket `/inspect`: the protocol of @xstate/inspect, one JSON object a message,
 * with `parent` (which that package knows but its own server never sends), and things of our own that other
 * viewers pass over: the time of what happens, its entry in the log with its cause, and the refusal of an
 * event.
 */
import type { ReceiverEvent } from '@xstate/inspect/lib/types.js';
import { z } from 'zod';
import { CONSOLE_LIMITS } from '../limits.ts';

/** What the server tells a viewer, once that has said `xstate.inspecting`. */
export type InspectMessage =
  | (ReceiverEvent & {
      /** Milliseconds since 1970, the server's clock. */
      readonly atMs: number;
      /**
       * The entry of the log that it is made from, and the one that caused it; nothing where that is not
       * known.
       */
      readonly serial?: number;
      readonly causedBy?: number | null;
    })
  /** An event of this viewer that was not sent to the machine, and why. */
  | {
      readonly type: 'service.refused';
      readonly sessionId: string;
      readonly event: string;
      readonly reason: string;
      readonly atMs: number;
    };

const text = z.string().max(CONSOLE_LIMITS.pageMessageMaxBytes);

/**
 * What a viewer may say; everything else ends its connection with code 1008. Further fields are passed over.
 */
export const viewerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('xstate.inspecting') }),
  /** `event` is the JSON of a `viewerEvent`. */
  z.object({ type: z.literal('xstate.event'), event: text }),
]);

/** An event for a machine, as SCXML has it. */
export const viewerEvent = z.object({
  /** The session id of the machine that it goes to. */
  origin: text,
  data: z.looseObject({ type: text }),
});
