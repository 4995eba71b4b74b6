/**
 * New TEXTs of one chunk on their way to the links: which of them a link gets, and the fewest pieces of memory that hold
 * them. Frames that lie behind each other in a chunk and go to the same links are one piece of it, never copied one by
 * one; what a link gets of several pieces is joined once, for all links that get the same.
 *
 * Invariant: order is kept.
 */
import type { TextSlice } from '../protocol/text-slice.ts';

/** Frames of one origin that lie behind each other in one buffer. */
interface Run {
  readonly originHid: string;
  readonly buffer: Buffer;
  readonly start: number;
  end: number;
  readonly texts: TextSlice[];
}

/** What one link gets of a batch. */
export interface Share {
  /** The frames one by one. */
  readonly frames: readonly { readonly bytes: Buffer }[];
  /** All their bytes as one. */
  joined(): Buffer;
}

/** A share of a single frame. */
export function shareOf(bytes: Buffer): Share {
  return { frames: [{ bytes }], joined: () => bytes };
}

/** The new TEXTs of one chunk. */
export class Batch {
  readonly #runs: readonly Run[];
  /** Made for the last link; the next one mostly gets the same. */
  #last: { readonly runs: readonly Run[]; readonly share: Share } | undefined;

  constructor(texts: readonly TextSlice[]) {
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
    const share = new RunsShare(runs);
    this.#last = { runs, share };
    return share;
  }
}

function runsOf(texts: readonly TextSlice[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const text of texts) {
    const { buffer, start, end, originHid } = text;
    if (run && run.end === start && run.buffer === buffer && run.originHid === originHid) {
      run.end = end;
      run.texts.push(text);
    } else {
      run = { originHid, buffer, start, end, texts: [text] };
      runs.push(run);
    }
  }
  return runs;
}

class RunsShare implements Share {
  readonly frames: readonly TextSlice[];
  readonly #runs: readonly Run[];
  #joined: Buffer | undefined;

  constructor(runs: readonly Run[]) {
    const [only] = runs;
    this.frames = only && runs.length === 1 ? only.texts : runs.flatMap(({ texts }) => texts);
    this.#runs = runs;
  }

  joined(): Buffer {
    this.#joined ??= join(this.#runs);
    return this.#joined;
  }
}

/** Neighbours in memory become one piece again, whatever their origins; only what is left in several is copied. */
function join(runs: readonly Run[]): Buffer {
  const pieces: { readonly buffer: Buffer; readonly start: number; end: number }[] = [];
  for (const { buffer, start, end } of runs) {
    const last = pieces.at(-1);
    if (last && last.buffer === buffer && last.end === start) last.end = end;
    else pieces.push({ buffer, start, end });
  }
  const [first, ...others] = pieces.map(({ buffer, start, end }) => buffer.subarray(start, end));
  if (!first) return Buffer.alloc(0);
  return others.length === 0 ? first : Buffer.concat([first, ...others]);
}
