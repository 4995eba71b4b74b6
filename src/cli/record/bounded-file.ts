/**
 * The file of a recording or a capture, which may fail at any moment and then costs nothing but its own
 * pieces: lines, or blocks.
 *
 * Invariants: nothing throws after the file was opened; it never takes more of a disk than its bound; what
 * could not be written is missing in whole pieces, and the program says so once; what has happened is in the
 * file after RECORD_FLUSH_MS.
 */
import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Clock, Timer } from '../../io/clock.ts';
import { RECORD_FLUSH_BYTES, RECORD_FLUSH_MS } from '../../limits/program.ts';
import { CannotRunError } from '../../words/cannot-run.ts';

/** What such a file needs. */
interface BoundedFilePorts {
  /** What it is called in sentences. */
  readonly what: 'recording' | 'capture';
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Its largest size, in bytes. */
  readonly maxBytes: number;
  /** Takes a sentence for people. MUST NOT throw. */
  tell(sentence: string): void;
}

/** Only its owner may read what people say. */
const MODE = 0o600;

/** See above. */
export class BoundedFile {
  readonly #path: string;
  readonly #ports: BoundedFilePorts;
  readonly #file: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** What stands in the file, in whole pieces. */
  #bytes = 0;
  #flush: Timer | undefined;
  #isOver = false;
  #isClosed = false;

  /**
   * @param head what stands at its front; written at once.
   * @throws CannotRunError where it can't be opened. A file that is there is replaced.
   */
  constructor(path: string, head: Buffer, ports: BoundedFilePorts) {
    this.#path = path;
    this.#ports = ports;
    try {
      this.#file = openSync(path, 'w', MODE);
      // Also of one that was there; a device keeps its own.
      if (fstatSync(this.#file).isFile()) fchmodSync(this.#file, MODE);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CannotRunError(`Cannot write the ${ports.what} ${path}: ${reason}.`, { cause });
    }
    this.#keep(head);
    this.#write();
  }

  /** False once nothing is kept any more. */
  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** Adds a piece; those that are over the bound are not kept. MUST NOT block for long. */
  add(piece: Buffer): void {
    if (this.#isOver) return;
    this.#keep(piece);
    if (this.#waitingBytes >= RECORD_FLUSH_BYTES) this.#write();
    else if (this.#waiting.length > 0)
      this.#flush ??= this.#ports.clock.setTimeout(() => this.#write(), RECORD_FLUSH_MS);
  }

  /** May be called twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#write();
    this.#isOver = true;
    closeSync(this.#file);
  }

  #keep(piece: Buffer): void {
    const { what, maxBytes, tell } = this.#ports;
    if (this.#bytes + this.#waitingBytes + piece.length > maxBytes) {
      this.#isOver = true;
      tell(`The ${what} ${this.#path} has its largest size (${maxBytes} bytes). It goes no further.`);
      return;
    }
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
  }

  #write(): void {
    this.#ports.clock.clearTimeout(this.#flush);
    this.#flush = undefined;
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
      this.#bytes += bytes.length;
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#isOver = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#ports.tell(
      `The ${this.#ports.what} ${this.#path} can't be written: ${reason}. It ends here; all else goes on.`,
    );
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      // What is left of a piece that was not written whole is named by whoever reads the file.
    }
  }
}
