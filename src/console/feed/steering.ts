/**
 * What the page of a simulated room tells and is told besides (messages.ts): how it runs, what is under way
 * in it, and what is done to it by hand.
 */
import { z } from 'zod';
import type { FrameUnderWay } from '../../log/by-hand/frame-under-way.ts';
import { handAct } from '../../log/by-hand/inputs.ts';

/** A fault that was begun by hand and is not over. */
interface ShownFault {
  readonly number: number;
  readonly what: string;
  readonly untilMs: number;
}

/** Something that was done by hand. */
interface ShownInput {
  /** Counts all of them in this story, from 1. */
  readonly number: number;
  readonly atMs: number;
  /** Foreign text may be in it. */
  readonly words: string;
}

/** A fault that can be used. */
interface FaultKind {
  readonly fault: string;
  /** What it does, in words. */
  readonly words: string;
  /** Whom it hits. */
  readonly scope: 'everywhere' | 'peers' | 'halves';
}

/** One course of events: a rewind that is followed by something else begins another one. */
interface Story {
  readonly number: number;
  /** Where it left the one that it comes from; `null` for the first. */
  readonly forkedAtMs: number | null;
  /** As far as it was told. */
  readonly endMs: number;
}

/** What a simulated room is at a moment. */
export interface RoomState {
  readonly nowMs: number;
  readonly isPaused: boolean;
  /** Times the real time. */
  readonly speed: number;
  /** True while it is being run again up to a moment. */
  readonly isRewinding: boolean;
  /** What was done by hand later than now, in this story: it is done again. */
  readonly toCome: number;
  /** The first of them, in the order in which they were sent. */
  readonly frames: readonly FrameUnderWay[];
  /** How many there are in all. */
  readonly frameCount: number;
  /** The last things that were done by hand, oldest first. */
  readonly done: readonly ShownInput[];
  readonly faults: readonly ShownFault[];
  readonly kinds: readonly FaultKind[];
  /** All names, those of other implementations included. */
  readonly peers: readonly string[];
  readonly stories: readonly Story[];
  /** The number of the one that is shown. */
  readonly story: number;
  /** Why the last thing was not done; `null` where it was. */
  readonly refusal: string | null;
}

/** Slower than this nobody waits for anything; faster than this nobody sees anything. */
const SPEED = { least: 0.01, most: 100 };

/** What a page may ask of a simulated room. */
export const roomAct = z.discriminatedUnion('what', [
  z.strictObject({ what: z.enum(['pause', 'play', 'step delivery', 'step timer']) }),
  z.strictObject({ what: z.literal('speed'), speed: z.number().min(SPEED.least).max(SPEED.most) }),
  z.strictObject({ what: z.literal('hand'), act: handAct }),
  /** The room is as it was then; what was done later is done again, unless something else is done. */
  z.strictObject({ what: z.literal('rewind'), atMs: z.number().nonnegative() }),
  /** The same, and what was done later is not done. */
  z.strictObject({ what: z.literal('fork'), atMs: z.number().nonnegative() }),
  /** The room is as it was just before the input of this number, and neither that nor later ones are done. */
  z.strictObject({ what: z.literal('fork before'), input: z.int().positive() }),
  z.strictObject({ what: z.literal('story'), story: z.int().positive() }),
]);

/** See above. */
export type RoomAct = z.infer<typeof roomAct>;

/** Who runs a simulated room. Neither of the two may block for long. */
export interface RoomControl {
  state(): RoomState;
  /** What can't be done is told by the next state. */
  act(act: RoomAct): void;
}
