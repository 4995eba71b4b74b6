/**
 * What has arrived at one end of a TCP connection and waits to be read, and the receive window that opens at
 * the sender when it is.
 */
import type { MemoryPath } from './memory-path.ts';
import { type Pipe, WINDOW_BYTES } from './memory-pipe.ts';

/** What an inbox needs of its end. */
export interface InboxEnd {
  /** The way to the sender, and the one on which the bytes have come. */
  readonly path: MemoryPath;
  readonly pathBack: MemoryPath;
  /** The sender's side of it. */
  readonly sender: Pipe;
}

/** A sender that waits for space is told of some no sooner than this, or when all has been read. */
const WINDOW_UPDATE_BYTES = WINDOW_BYTES / 4;

/** The inbox of one end, see above. */
export class Inbox {
  readonly #end: InboxEnd;
  #chunks: Buffer[] = [];
  /** Bytes read that the sender has not been told of. */
  #untoldBytes = 0;

  constructor(end: InboxEnd) {
    this.#end = end;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  push(bytes: Buffer): void {
    this.#chunks.push(bytes);
  }

  /**
   * Takes the next segment, or all that waits as one chunk where the network lets it; `undefined` for
   * nothing.
   */
  read(): Buffer | undefined {
    const chunk = this.#take();
    const { sender } = this.#end;
    this.#untoldBytes += chunk?.length ?? 0;
    // A sender that does not wait for space learns of it without a packet: nobody could tell the difference.
    if (!sender.isFull) sender.credit(this.#tell());
    else if (this.isEmpty || this.#untoldBytes >= WINDOW_UPDATE_BYTES) this.updateWindow();
    return chunk;
  }

  /** Tells the sender how much has been read; it does not hear of it where the way is cut, and asks later. */
  updateWindow(): void {
    const { path, sender } = this.#end;
    if (path.isCut || this.#untoldBytes === 0) return;
    const bytes = this.#tell();
    path.carry(() => sender.credit(bytes));
  }

  /** Throws away what nobody will read. */
  clear(): void {
    this.#chunks = [];
  }

  #take(): Buffer | undefined {
    if (this.#chunks.length < 2 || !this.#end.pathBack.coalesces) return this.#chunks.shift();
    const chunk = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return chunk;
  }

  #tell(): number {
    const bytes = this.#untoldBytes;
    this.#untoldBytes = 0;
    return bytes;
  }
}
