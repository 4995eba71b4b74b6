/** The bounds of `p2pchat check` and `p2pchat decode`: how long a program has, how much is kept. */

/** A program that is started has this long to show anything: an interpreter on a busy machine is slow. */
export const CHECK_START_MS = 30_000;

/** What the protocol gives no time for is there after this: far longer than a loopback needs. */
export const CHECK_REACTION_MS = 1_500;

/**
 * A machine that took long to start the program has much else to do: an answer may take this part of that
 * time, up to this much.
 */
export const CHECK_SLOW_START_RATIO = 0.5;
export const CHECK_SLOW_MAX_MS = 10_000;

/**
 * A program that shows nothing for this long, or for this part of the patience, has shown what it had to;
 * looked at so often at most.
 */
export const CHECK_QUIET_MS = 100;
export const CHECK_QUIET_RATIO = 0.07;
export const CHECK_SETTLED_LOOKS_MAX = 8;

/** A person who presses buttons by hand has this long for each. */
export const CHECK_BY_HAND_MS = 120_000;

/** An ACK is waited for this long by the contract; what is told then has this much more. */
export const CHECK_ACK_MS = 2_000;

/** Between two J of KEEPALIVE, which the contract has at 20 s, and some programs at 10. */
export const CHECK_KEEPALIVE_MIN_MS = 8_000;
export const CHECK_KEEPALIVE_MAX_MS = 23_000;

/** "Scheduled to retry later": a program that does it with its KEEPALIVE is in time. */
export const CHECK_RETRY_MS = 25_000;

/** A neighbour that answers nothing is given up after this at the latest. */
export const CHECK_SILENT_NEIGHBOUR_MS = 12_000;

/** "Wait for a few seconds": after members have gone, the others find together in this time. */
export const CHECK_MEND_MS = 25_000;

/** A program has this long to end after Quit. */
export const CHECK_QUIT_MS = 3_000;

/** The longest case: the monitor of a room server removes a silent member after 60 to 80 s. */
export const CHECK_MONITOR_MS = 81_500;

/** No case goes on for longer: what waits for ever is a fault of the case. */
export const CHECK_CASE_MAX_MS = 120_000;
/** The same where a person presses the buttons. */
export const CHECK_BY_HAND_CASE_MAX_MS = 900_000;

/** Short cases at one time, for each processor: they mostly wait. */
export const CHECK_LANES_PER_PROCESSOR = 2;

/** Long cases begin so far from each other, so that their programs do not all start at once. */
export const CHECK_LONG_STAGGER_MS = 150;

/** Bytes of one connection that are kept for the report. */
export const CHECK_TAPE_MAX_BYTES = 1_048_576;

/** What a program prints is kept up to this. */
export const CHECK_OUTPUT_MAX_BYTES = 1_048_576;

/** Frames of a case that the terminal shows; the reports have all of them. */
export const CHECK_SHOWN_FRAMES_MAX = 12;

/** Frames of a case that the page of results draws. */
export const CHECK_HTML_FRAMES_MAX = 300;

/** With --unreliable: bytes of one piece, and the pause before the next one, at most. */
export const CHECK_PIECE_MAX_BYTES = 7;
export const CHECK_PIECE_PAUSE_MS = 4;
/** With --unreliable: an answer comes late by this at most. */
export const CHECK_LATE_MS = 150;

/** With --watch: a program that is written has settled after this. */
export const CHECK_SETTLED_MS = 300;

/** The largest input of `p2pchat decode`. */
export const DECODE_MAX_BYTES = 16_777_216;
