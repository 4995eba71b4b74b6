/**
 * What a page with recordings in it (`simulate --report`) says of each: a row of the table that is shown, and
 * where the recording is. JSON in the page's HTML. Foreign text may be in it.
 */

/** See above. */
export interface RecordingList {
  readonly title: string;
  readonly recordings: readonly ListedRecording[];
  /** Worlds that were run, and have no row. */
  readonly untold: number;
}

/** One world. */
export interface ListedRecording {
  /** Such as `seed 7`. */
  readonly name: string;
  /** Its size, in bytes; 0 where only this row is in the file. */
  readonly bytes: number;
  /** Names of the invariants that were broken. */
  readonly broken: readonly string[];
  readonly peers: number;
  readonly messages: number;
  readonly deliveries: number;
  /** From sending to being shown, in milliseconds; `null` where nothing was delivered. */
  readonly latency: { readonly p50: number; readonly p99: number } | null;
  readonly faults: number;
  readonly simulatedMs: number;
  /** The line that runs it again. */
  readonly again: string;
}

/** A page without recordings. */
export const NOTHING_LISTED: RecordingList = { title: '', recordings: [], untold: 0 };
