/**
 * What somebody does by hand in a simulated world that runs live, as plain data: with the world's seed it is
 * all that decides what happens, so a recording that holds it can be run again, exactly.
 */
import { z } from 'zod';
import { userCommand } from '../../peer/user-command.ts';

/** Names of peers, faults and actors. */
const name = z.string().min(1).max(64);
/** Characters of a field that a user fills in. */
const FIELD_MAX = 4_096;
/** A frame that is under way, by its number. */
const frame = z.int().positive();
/** Simulated milliseconds: a day at most. */
const durationMs = z.int().min(0).max(86_400_000);

/** One thing that is done. */
export const handAct = z.discriminatedUnion('type', [
  /** A peer's user gives a command; `null` where what people say was left out of the recording. */
  z.strictObject({ type: z.literal('command'), peer: name, command: userCommand(FIELD_MAX).nullable() }),
  /** A peer that has ended starts again under its name and port. */
  z.strictObject({ type: z.literal('start'), peer: name }),
  z.strictObject({ type: z.enum(['hold', 'release', 'drop', 'duplicate', 'deliver']), frame }),
  /** It comes so much later. */
  z.strictObject({ type: z.literal('delay'), frame, ms: durationMs.min(1) }),
  z.strictObject({
    type: z.literal('fault'),
    fault: name,
    /** Whom it hits; of a split, the one half. Empty where it hits the whole network or the room server. */
    peers: z.array(name).max(1_000),
    /** It is over after this. */
    lastsMs: durationMs,
    /** Splits: on which side the room server is. */
    server: z.enum(['here', 'there', 'both']),
    /** Crash and kill: the peer starts again when the fault is over. */
    comesBack: z.boolean(),
    /** `clock`: the time of day is set forward by this, or back. */
    shiftMs: z.int().min(-86_400_000).max(86_400_000),
  }),
  /** A fault that was begun by hand is over now; they are counted from 1. */
  z.strictObject({ type: z.literal('mend'), fault: z.int().positive() }),
  /** An event is sent to a machine of a peer. */
  z.strictObject({
    type: z.literal('event'),
    peer: name,
    actor: name,
    event: z.looseObject({ type: z.string().max(64) }),
  }),
  /** The world was left here, with this trace. */
  z.strictObject({ type: z.literal('end'), traceHash: z.string().max(128) }),
]);

/** See above. */
export type HandAct = z.infer<typeof handAct>;

/** One kind of it. */
export type HandActOf<Type extends HandAct['type']> = Extract<HandAct, { readonly type: Type }>;

/** One thing that was done, and when. */
export interface HandInput {
  /** Simulated milliseconds. */
  readonly atMs: number;
  /** Timers of the world that had run by then: a millisecond may hold many. */
  readonly step: number;
  readonly act: HandAct;
}

/** The world that it was done in. */
export const worldOrigin = z.strictObject({
  seed: z.int().nonnegative(),
  /** `drawn` has the chat and the faults of its seed; `quiet` has neither. */
  kind: z.enum(['drawn', 'quiet']),
  peers: z.int().min(2).max(1_000).optional(),
  /** Of chat and faults. */
  minutes: z.number().positive().max(1_440),
  faults: z.array(name).max(64).optional(),
});

/** See above. */
export type WorldOrigin = z.infer<typeof worldOrigin>;
