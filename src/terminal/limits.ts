/** The numbers that bound the terminal faces, with the reason beside each. */

/** Longest line that line mode takes: far over any message, small enough that endless lines cost nothing. */
export const INPUT_LINE_MAX_BYTES = 65_536;

/** Output that nobody reads: once this much waits to be written, further lines are counted, not kept. */
export const OUTPUT_QUEUE_MAX_BYTES = 8_388_608;

/** Lines that the history keeps over restarts. */
export const HISTORY_MAX_LINES = 1_000;

/** A longer line is a paste by accident and not worth remembering. */
export const HISTORY_LINE_MAX_CHARACTERS = 4_096;

/** A history file that is bigger than this is not one of ours: the lines above in UTF-8 take less. */
export const HISTORY_FILE_MAX_BYTES = 16_777_216;

/** After Ctrl-Z, a process that nothing has stopped by now goes on with its terminal. */
export const SUSPENSION_MS = 100;

/** What takes longer than this is said at the prompt, and so often is looked how far it has come. */
export const PROGRESS_MS = 1_000;

/** Completions that one Tab offers: a list of 10,000 members would wash the screen away. */
export const COMPLETIONS_MAX = 100;

/**
 * /quit in line mode waits so long for what was asked for before it; Quit itself takes less than a second.
 */
export const QUIT_GRACE_MS = 400;

/**
 * So long the end of the input, or /quit behind texts, waits for links that take what was given: longer than
 * a link that takes nothing is kept while others wait for it.
 */
export const DELIVERY_GRACE_MS = 10_000;

/** Texts that are given to the peer together; a chunk of a pipe holds about as many. */
export const TEXTS_AT_ONCE_MAX = 1_000;

/** Lines of one turn are gathered up to this and then written as one: what a pipe takes at a time. */
export const WRITE_CHARACTERS = 65_536;

/** A terminal that takes nothing: once this much waits for it, further lines are counted, not kept. */
export const SCREEN_QUEUE_MAX_BYTES = 65_536;

/** The REPL's line: four times the longest message, so that a text can be brought in and then be cut down. */
export const TYPED_LINE_MAX_CHARACTERS = 2_000;

/** Lines of one paste: more than anybody reads before pressing Enter, and a burst that links take at once. */
export const PASTE_LINES_MAX = 100;

/** What is kept of one paste; all lines of their longest are as much. */
export const PASTE_MAX_CHARACTERS = 200_000;

/** A paste whose end has not come after this long has none: else the terminal would seem dead. */
export const PASTE_SILENCE_MS = 1_000;

/**
 * A paste that a terminal has not marked is over after this: what is left of it comes at once, and the first
 * Enter that somebody presses after looking at it comes later.
 */
export const UNMARKED_PASTE_SILENCE_MS = 100;

/** The rest of a key that comes in two reads comes sooner than this; without it, it was Escape. */
export const KEY_SILENCE_MS = 100;

/** An escape sequence that is longer than this is none: terminals send a dozen characters. */
export const KEY_MAX_CHARACTERS = 64;

/**
 * Messages that a face remembers for /last, /search and /save: an evening of talk, half a MiB at the most.
 */
export const REMEMBERED_MESSAGES_MAX = 1_000;

/** Names that are ignored, and words that are lit up: each is looked for in every message. */
export const LIGHTS_MAX = 64;

/** Messages that /last shows unless a number is given: a screen. */
export const LAST_SHOWN = 20;
