/**
 * New TEXTs of one chunk on their way to the links: which of them a link gets, and the fewest pieces of
 * memory that hold them. Frames that lie behind each other in a chunk and go to the same links are one piece
 * of it, never copied; pieces that have become too many for one system call are joined once, for all links
 * that get the same.
 *
 * Invariant: order is kept.
 */
import { type FrameView, viewOfWhole } from './frame-view.ts';
import type { TextSlice } from './text/text-slice.ts';

/** Frames of one origin that lie behind each other in one buffer. */
interface Run {
  readonly originHid: string;
  readonly buffer: Buffer;
  readonly start: number;
  end: number;
  /** Which of the batch's frames these are: from `first` on, up to `behind`. */
  readonly first: number;
  behind: number;
}

/** What one link gets of a batch. */
export interface Share {
  readonly frameCount: number;
  /** True if the bytes are views on received chunks, each of which would hold its whole chunk in memory. */
  readonly isOfChunks: boolean;
  /** The frames one by one. */
  frames(): readonly FrameView[];
  /** All their bytes, in a few pieces. */
  pieces(): readonly Buffer[];
}

/** A share of a single frame that has just been encoded. */
export function shareOf(bytes: Buffer): Share {
  return { frameCount: 1, isOfChunks: false, frames: () => [viewOfWhole(bytes)], pieces: () => [bytes] };
}

/** The new TEXTs of one chunk. */
export class Batch {
  readonly #texts: readonly TextSlice[];
  readonly #runs: readonly Run[];
  /** Made for the last link; the next one mostly gets the same. */
  #last: { readonly runs: readonly Run[]; readonly share: Share } | undefined;

  /** @param texts MUST NOT change afterwards. */
  constructor(texts: readonly TextSlice[]) {
    this.#texts = texts;
    this.#runs = runsOf(texts);
  }

  /**
   * What a link gets.
   * @param isWanted asked once for each run of frames of one origin.
   */
  share(isWanted: (originHid: string) => boolean): Share {
    const runs = this.#runs.filter(({ originHid }) => isWanted(originHid));
    const last = this.#last;
    if (last && last.runs.length === runs.length && last.runs.every((run, at) => run === runs[at]))
      return last.share;
    const share = new RunsShare(runs, this.#texts);
    this.#last = { runs, share };
    return share;
  }
}

function runsOf(texts: readonly TextSlice[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (let at = 0; at < texts.length; at += 1) {
    const { buffer, start, end, originHid } = texts[at] as TextSlice;
    if (run && run.end === start && run.buffer === buffer && run.originHid === originHid) {
      run.end = end;
      run.behind = at + 1;
    } else {
      run = { originHid, buffer, start, end, first: at, behind: at + 1 };
      runs.push(run);
    }
  }
  return runs;
}

class RunsShare implements Share {
  readonly isOfChunks = true;
  readonly frameCount: number;
  readonly #runs: readonly Run[];
  /** Of the whole batch. */
  readonly #texts: readonly TextSlice[];
  #frames: readonly TextSlice[] | undefined;
  #pieces: readonly Buffer[] | undefined;

  constructor(runs: readonly Run[], texts: readonly TextSlice[]) {
    this.frameCount = runs.reduce((count, { first, behind }) => count + behind - first, 0);
    this.#runs = runs;
    this.#texts = texts;
  }

  frames(): readonly TextSlice[] {
    const isAll = this.frameCount === this.#texts.length;
    this.#frames ??= isAll
      ? this.#texts
      : this.#runs.flatMap((run) => this.#texts.slice(run.first, run.behind));
    return this.#frames;
  }

  pieces(): readonly Buffer[] {
    this.#pieces ??= piecesOf(this.#runs);
    return this.#pieces;
  }
}

/** With more pieces than this, handing each to the socket costs more than copying all into one. */
const PIECES_MAX = 8;

/** Neighbours in memory become one piece again, whatever their origins. */
function piecesOf(runs: readonly Run[]): Buffer[] {
  const joined: { readonly buffer: Buffer; readonly start: number; end: number }[] = [];
  for (const { buffer, start, end } of runs) {
    const last = joined.at(-1);
    if (last && last.buffer === buffer && last.end === start) last.end = end;
    else joined.push({ buffer, start, end });
  }
  const pieces = joined.map(({ buffer, start, end }) => buffer.subarray(start, end));
  return pieces.length > PIECES_MAX ? [Buffer.concat(pieces)] : pieces;
}
