/** The bounds of the library: what waits for a program that does not read at the moment. */

/**
 * Messages, and pokes, that wait for the first reader of their stream; of more the oldest are forgotten. A
 * program that reads begins in the same moment in which it has joined.
 */
export const KEPT_FOR_READER_MAX = 1_000;

/**
 * Characters of messages that wait for one reader. From a part of that on the room waits for it (PeerLimits,
 * linkHighWaterBytes); whoever still does not read misses what comes, and is told how much.
 */
export const UNREAD_MAX_CHARACTERS = 16_777_216;
