/** The bounds of the program around a peer: its log, its outputs, its sentences. */

/** What waits for standard error where it is a terminal that nobody reads; more is not said. */
export const ERROR_QUEUE_MAX_BYTES = 65_536;

/** A terminal that takes nothing at the moment is tried again after this: soon enough to be unnoticed. */
export const OUTPUT_RETRY_MS = 50;

/** At the end, a terminal that nobody reads is waited for no longer than this. */
export const OUTPUT_FINISH_MS = 500;

/** A log that could not be written is opened anew after this: a full disk must not cost an attempt a line. */
export const LOG_RETRY_MS = 1_000;

/**
 * So often a log that is written looks whether its file still has its name (deleted, renamed by rotation).
 */
export const LOG_LOOK_MS = 1_000;

/**
 * Lines of one level that a log takes in a second; of more the rest is counted. One source (a link, an
 * address) has half of them at most. Far over a room that talks, and some 0.5 MB/s at the worst.
 */
export const LOG_LINES_PER_SECOND_MAX = 1_000;

/** So often a log tells at most how many lines it has left out. */
export const LOG_LEFT_OUT_MS = 1_000;

/** Sources that are told apart for that: links, and addresses that send datagrams. */
export const LOG_SOURCES_MAX = 1_024;

/**
 * Events of machines whose takers a log remembers, to say which machine has sent the next: that is soon.
 */
export const LOG_TAKERS_MAX = 1_024;

/**
 * Bytes of one frame that the log shows: every frame of chat whole, of a list of 10,000 members the
 * beginning.
 */
export const LOG_FRAME_MAX_BYTES = 2_048;

/** A log of this size is renamed to `….1` in place of the one before, and a new one is begun. */
export const LOG_FILE_MAX_BYTES = 67_108_864;

/** After a fault in the program itself, what is to be closed in good order has this long. */
export const LAST_RESORT_MS = 2_000;

/** Characters of an error message of the room server that a sentence shows: its own are of 60 at most. */
export const FOREIGN_WORDS_MAX_CHARACTERS = 200;

/** Bytes of a neighbour's wrong frame that the log has: a whole P, the header of any T. */
export const FAULT_BYTES_MAX = 256;

/** Characters of them that a sentence shows. */
export const FAULT_SHOWN_CHARACTERS = 120;

/** Names that one sentence says before it only counts: "alice, bob and 196 others". */
export const NAMES_SHOWN_MAX = 10;

/** Rooms that one answer to List names: a screen of them, of the 20,000 that a room server may have. */
export const ROOMS_SHOWN_MAX = 100;

/** The largest size of a recording unless another one is given: some hours of a room that talks. */
export const RECORD_MAX_BYTES = 268_435_456;

/** What has happened is in the file of a recording after this, so that a kill costs no more than that. */
export const RECORD_FLUSH_MS = 200;

/** As much of a recording is written at once, sooner than that. */
export const RECORD_FLUSH_BYTES = 65_536;

/** The largest size of a capture unless another one is given: some millions of frames. */
export const CAPTURE_MAX_BYTES = 268_435_456;

/**
 * Connections and datagrams that a capture has seen at one end and may see at the other: in one process both
 * ends follow each other within some turns of the event loop.
 */
export const CAPTURE_PAIRS_MAX = 4_096;

/** Recordings in a report, and rows of its table: a browser holds more, a reader does not. */
export const REPORT_RECORDINGS_MAX = 20;
export const REPORT_ROWS_MAX = 1_000;

/** All recordings of a report together, packed: some 20 worlds of 30 minutes. */
export const REPORT_PACKED_MAX_BYTES = 67_108_864;

/** A file of settings that is bigger than this is none: all of them take less than a KiB. */
export const CONFIG_FILE_MAX_BYTES = 65_536;
