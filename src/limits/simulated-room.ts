/** The bounds of a simulated room that runs live (`simulate --web`, `demo --simulated`). */

/**
 * Timers that one step to the next delivery runs at most: where all is held, nothing may arrive for ever.
 * They take less than a second.
 */
export const STEP_TIMERS_MAX = 10_000;

/** Things done by hand in one story: each is kept whole, up to 4 KiB of text, so that all are 80 MiB. */
export const HAND_INPUTS_MAX = 20_000;

/** Frames under way that a page is told of: more nobody chooses from. */
export const FRAMES_SHOWN_MAX = 200;

/** Things done by hand that a page is told of: those that somebody may want to take back. */
export const INPUTS_SHOWN_MAX = 50;

/** Stories that are kept; the oldest one that is not told now gives way. */
export const STORIES_MAX = 50;

/** Real time moves a room this often: a page draws no faster. */
export const ROOM_TICK_MS = 25;

/** So long a room, or a rewind, keeps the process at a time: its pages have to have their turn. */
export const ROOM_TURN_MS = 20;

/** A split by the button of a peer lasts until it is healed: a day of simulated time. */
export const SPLIT_MAX_MS = 86_400_000;
