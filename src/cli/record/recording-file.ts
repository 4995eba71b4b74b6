/**
 * The file of a recording, which may fail at any moment and then costs nothing but its own lines.
 *
 * Invariants: nothing throws after the file was opened; it never takes more of a disk than its bound; what
 * could not be written is missing in whole lines, and the program says so once; what has happened is in the
 * file after RECORD_FLUSH_MS.
 */
import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Clock, Timer } from '../../io/clock.ts';
import { RECORD_FLUSH_BYTES, RECORD_FLUSH_MS } from '../../limits/program.ts';
import type { LogEntry } from '../../log/entry.ts';
import { lineOf, type RecordingHeader } from '../../log/file/recording-format.ts';
import { CannotRunError } from '../../words/cannot-run.ts';

/** What a recording's file needs. */
interface RecordingFilePorts {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Its largest size, in bytes. */
  readonly maxBytes: number;
  /** Takes a sentence for people. MUST NOT throw. */
  tell(sentence: string): void;
}

/** Only its owner may read what people say. */
const MODE = 0o600;

/** See above. */
export class RecordingFile {
  readonly #path: string;
  readonly #ports: RecordingFilePorts;
  readonly #file: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** What stands in the file, in whole lines. */
  #bytes = 0;
  #flush: Timer | undefined;
  #isOver = false;

  /** @throws CannotRunError where it can't be opened. A file that is there is replaced. */
  constructor(path: string, header: RecordingHeader, ports: RecordingFilePorts) {
    this.#path = path;
    this.#ports = ports;
    try {
      this.#file = openSync(path, 'w', MODE);
      // Also of one that was there; a device keeps its own.
      if (fstatSync(this.#file).isFile()) fchmodSync(this.#file, MODE);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CannotRunError(`Cannot write the recording ${path}: ${reason}.`, { cause });
    }
    this.#add(lineOf(header));
    this.#write();
  }

  /** Adds entries; those that are over the bound are not kept. MUST NOT block for long. */
  add(entries: readonly LogEntry[]): void {
    for (const entry of entries) if (!this.#isOver) this.#add(lineOf(entry));
    if (this.#waitingBytes >= RECORD_FLUSH_BYTES) this.#write();
    else if (this.#waiting.length > 0)
      this.#flush ??= this.#ports.clock.setTimeout(() => this.#write(), RECORD_FLUSH_MS);
  }

  close(): void {
    this.#write();
    this.#isOver = true;
    closeSync(this.#file);
  }

  #add(line: string): void {
    const bytes = Buffer.byteLength(line);
    const { maxBytes, tell } = this.#ports;
    if (this.#bytes + this.#waitingBytes + bytes > maxBytes) {
      this.#isOver = true;
      tell(`The recording ${this.#path} has its largest size (${maxBytes} bytes). It goes no further.`);
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += bytes;
  }

  #write(): void {
    this.#ports.clock.clearTimeout(this.#flush);
    this.#flush = undefined;
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#waiting.join(''));
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
      `The recording ${this.#path} can't be written: ${reason}. It ends here; all else goes on.`,
    );
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      // What is left of a line that was not written whole is named by whoever reads the file.
    }
  }
}
