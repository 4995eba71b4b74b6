/**
 * The TEXT frames of the last minutes, own and others', byte for byte: what goes over a link that mends a
 * break (catch-up.ts), because the protocol itself repeats nothing.
 *
 * Frames of one origin that came in together are one *run*: a copy of their bytes and one small record,
 * whatever their number, so that keeping the journal costs a relay at full speed next to nothing. Runs lie in
 * blocks; the oldest block goes when a bound is reached.
 *
 * Invariants: oldest first; never over its bounds by more than one block; what an origin said in an
 * incarnation that is over is not told any more.
 */
import type { PeerLimits } from '../../limits/peer.ts';
import { FrameDecoder } from '../../protocol/frame-decoder.ts';
import { TextSlice } from '../../protocol/text/text-slice.ts';

/** The bounds of the journal. */
type JournalLimits = Pick<PeerLimits, 'journalMs' | 'journalMaxBytes' | 'journalMaxRuns' | 'frameMaxBytes'>;

/** One frame that is remembered. */
export interface JournalEntry {
  readonly text: TextSlice;
  /** When it came in, or was sent. */
  readonly atMs: number;
  /** The member that it came from; `null` for our own. */
  readonly fromHid: string | null;
}

interface Run {
  readonly originHid: string;
  readonly fromHid: string | null;
  readonly atMs: number;
  readonly start: number;
  readonly end: number;
  /** Messages with this ID or a higher one belong to an incarnation that is over. */
  overFromMsgId: number;
}

interface Block {
  readonly bytes: Buffer;
  usedBytes: number;
  readonly runs: Run[];
}

/** Bytes of one block: what is allocated, and forgotten, at a time. */
const BLOCK_BYTES = 65_536;

/** The journal of one peer. */
export class Journal {
  readonly #limits: JournalLimits;
  readonly #blocks: Block[] = [];
  #runCount = 0;
  /**
   * Memory of a block that is forgotten, for the next one: at full speed new memory is garbage in no time.
   */
  #spare: Buffer | undefined;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  /** Bytes that the journal takes, used or not. */
  get heldBytes(): number {
    return this.#blocks.length * BLOCK_BYTES;
  }

  /**
   * Remembers frames.
   * @param texts in the order in which they were accepted.
   * @param fromHid the member that they came from; `null` for our own.
   * @param nowMs the time, never smaller than in the call before.
   */
  add(texts: readonly TextSlice[], fromHid: string | null, nowMs: number): void {
    for (let at = 0; at < texts.length; ) {
      const first = texts[at] as TextSlice;
      let end = first.end;
      let next = at + 1;
      for (let text = texts[next]; text && isNext(first, end, text); text = texts[next]) {
        if (text.end - first.start > BLOCK_BYTES) break;
        end = text.end;
        next += 1;
      }
      this.#append(first.buffer, first.start, end, { originHid: first.originHid, fromHid, atMs: nowMs });
      at = next;
    }
    this.#forgetOld(nowMs);
  }

  /**
   * An origin has begun a new incarnation: what it has said so far, from this message ID on, belongs to the
   * old one. What has a lower ID may be the new one's, which was not known for that yet.
   */
  forget(originHid: string, fromMsgId: number): void {
    for (const { runs } of this.#blocks) {
      for (const run of runs)
        if (run.originHid === originHid) run.overFromMsgId = Math.min(run.overFromMsgId, fromMsgId);
    }
  }

  /**
   * The frames that came in at `sinceMs` or later, oldest first.
   * @param isWanted asked once for each run.
   */
  since(sinceMs: number, nowMs: number, isWanted: (originHid: string) => boolean): JournalEntry[] {
    this.#forgetOld(nowMs);
    const oldestMs = nowMs - this.#limits.journalMs;
    const entries: JournalEntry[] = [];
    for (const { bytes, runs } of this.#blocks) {
      for (const { originHid, fromHid, atMs, start, end, overFromMsgId } of runs) {
        if (atMs < sinceMs || atMs < oldestMs || !isWanted(originHid)) continue;
        // A copy: the block may be forgotten while the frames still wait for the link.
        for (const text of this.#textsOf(Buffer.from(bytes.subarray(start, end))))
          if (text.msgId < overFromMsgId) entries.push({ text, atMs, fromHid });
      }
    }
    return entries;
  }

  /** True if this very message came from this member. */
  cameFrom(hid: string, { originHid, msgId }: TextSlice): boolean {
    return this.#blocks.some(({ bytes, runs }) =>
      runs.some(
        (run) =>
          run.fromHid === hid &&
          run.originHid === originHid &&
          this.#textsOf(bytes.subarray(run.start, run.end)).some((text) => text.msgId === msgId),
      ),
    );
  }

  #textsOf(bytes: Buffer): TextSlice[] {
    const rawFrames = new FrameDecoder(this.#limits.frameMaxBytes).push(bytes);
    return rawFrames.filter((raw) => raw instanceof TextSlice);
  }

  #append(
    buffer: Buffer,
    start: number,
    end: number,
    about: Pick<Run, 'originHid' | 'fromHid' | 'atMs'>,
  ): void {
    const length = end - start;
    let block = this.#blocks.at(-1);
    if (!block || block.usedBytes + length > block.bytes.length) {
      block = { bytes: this.#memory(length), usedBytes: 0, runs: [] };
      this.#blocks.push(block);
    }
    buffer.copy(block.bytes, block.usedBytes, start, end);
    block.runs.push({
      ...about,
      start: block.usedBytes,
      end: block.usedBytes + length,
      overFromMsgId: Number.POSITIVE_INFINITY,
    });
    block.usedBytes += length;
    this.#runCount += 1;
  }

  #memory(leastBytes: number): Buffer {
    const spare = this.#spare;
    if (!spare || spare.length < leastBytes) return Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, leastBytes));
    this.#spare = undefined;
    return spare;
  }

  #forgetOld(nowMs: number): void {
    const { journalMs, journalMaxBytes, journalMaxRuns } = this.#limits;
    for (let oldest = this.#blocks[0]; oldest; oldest = this.#blocks[0]) {
      const isOver = this.heldBytes > journalMaxBytes || this.#runCount > journalMaxRuns;
      const newestMs = oldest.runs.at(-1)?.atMs ?? nowMs;
      if (!isOver && nowMs - newestMs <= journalMs) return;
      this.#runCount -= oldest.runs.length;
      this.#blocks.shift();
      if (oldest.bytes.length === BLOCK_BYTES) this.#spare = oldest.bytes;
    }
  }
}

/** True if a text lies right after the ones before it, and is of the same origin. */
function isNext(first: TextSlice, end: number, text: TextSlice): boolean {
  return text.start === end && text.buffer === first.buffer && text.originHid === first.originHid;
}
