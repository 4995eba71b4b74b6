/**
 * The file of the log, which may fail at any moment and then costs nothing but its own lines.
 *
 * Invariants: nothing throws after the file was opened; that it can't be written is told once and tried
 * again, and that it can be written again is told, too; what was lost in between is counted in the log
 * itself; a file that was deleted or renamed (rotation) is opened anew under its name; a line is never
 * continued by another; it takes no more of a disk than twice its largest size: then it is renamed to `….1`,
 * in place of the one before.
 */
import { closeSync, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import type { Clock } from '../../io/clock.ts';
import { LOG_FILE_MAX_BYTES, LOG_LOOK_MS, LOG_RETRY_MS } from '../../limits/program.ts';

/** What a log file needs. */
export interface LogFilePorts {
  readonly clock: Pick<Clock, 'now'>;
  /** Takes a sentence for people. MUST NOT throw and MUST NOT write to this log. */
  tell(sentence: string): void;
  /** What it is called in sentences; `The log` by default. */
  readonly name?: string;
  /** What stands in the file in place of lines that were lost; an object of the log by default. */
  lost?(lines: number): string;
  /** Its largest size; `LOG_FILE_MAX_BYTES` by default. */
  readonly maxBytes?: number;
}

const MODE = 0o600;

/** A file that is appended to, see above. */
export class LogFile {
  readonly #path: string;
  readonly #ports: LogFilePorts;
  #file: number | undefined;
  /** Its size, as far as this program has made it; `null` for what is no regular file (a device, a pipe). */
  #bytes: number | null;
  #lookedMs: number;
  /** When it failed last; `null` while it works. */
  #failedMs: number | null = null;
  #lostLines = 0;
  /** A line was written only in part. */
  #isTorn = false;

  /** @throws the system's error where it can't be opened. */
  constructor(path: string, ports: LogFilePorts) {
    this.#path = path;
    this.#ports = ports;
    this.#file = openSync(path, 'a', MODE);
    this.#bytes = sizeOf(this.#file);
    this.#lookedMs = ports.clock.now();
  }

  /** Appends a line that has its end. */
  write(line: string): void {
    const nowMs = this.#ports.clock.now();
    if (this.#failedMs !== null && nowMs - this.#failedMs < LOG_RETRY_MS) {
      this.#lostLines += 1;
      return;
    }
    try {
      this.#append(line, nowMs);
    } catch (error) {
      this.#failed(nowMs, error);
    }
  }

  close(): void {
    this.#letGo();
  }

  #append(line: string, nowMs: number): void {
    const isLost = nowMs - this.#lookedMs >= LOG_LOOK_MS && !this.#isStillThere();
    if (this.#file === undefined || isLost) this.#reopen();
    if (nowMs - this.#lookedMs >= LOG_LOOK_MS) this.#lookedMs = nowMs;
    if (this.#isFull(line)) this.#rotate();
    if (this.#failedMs !== null) this.#put(this.#isTorn ? `\n${this.#missing()}` : this.#missing());
    this.#isTorn = false;
    this.#put(line);
    if (this.#failedMs === null) return;
    this.#failedMs = null;
    this.#ports.tell(`${this.#name} ${this.#path} can be written again; ${this.#lostLines} lines were lost.`);
    this.#lostLines = 0;
  }

  get #name(): string {
    return this.#ports.name ?? 'The log';
  }

  #missing(): string {
    const own = this.#ports.lost?.(this.#lostLines);
    if (own !== undefined) return own;
    const lost = { level: 'warn', lostLines: this.#lostLines, msg: 'lines could not be written here' };
    return `${JSON.stringify(lost)}\n`;
  }

  #put(text: string): void {
    if (this.#file === undefined) throw new TypeError('the log is closed');
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#file, bytes, done);
      this.#isTorn = done < bytes.length;
    }
    if (this.#bytes !== null) this.#bytes += bytes.length;
  }

  #failed(nowMs: number, error: unknown): void {
    this.#lostLines += 1;
    // A descriptor that failed may never work again (a folder that came back is another one).
    this.#letGo();
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#failedMs === null) {
      this.#ports.tell(
        `${this.#name} ${this.#path} can't be written: ${reason}. Chat goes on; it is tried again.`,
      );
    }
    this.#failedMs = nowMs;
  }

  #isStillThere(): boolean {
    if (this.#file === undefined) return false;
    const named = statSync(this.#path, { throwIfNoEntry: false });
    const own = fstatSync(this.#file);
    return named !== undefined && named.ino === own.ino && named.dev === own.dev;
  }

  #isFull(line: string): boolean {
    const { maxBytes = LOG_FILE_MAX_BYTES } = this.#ports;
    return this.#bytes !== null && this.#bytes > 0 && this.#bytes + line.length > maxBytes;
  }

  /** Another program may write the same log, and have renamed it a moment ago. */
  #rotate(): void {
    if (this.#isStillThere()) renameSync(this.#path, `${this.#path}.1`);
    this.#reopen();
  }

  #reopen(): void {
    this.#letGo();
    this.#file = openSync(this.#path, 'a', MODE);
    this.#bytes = sizeOf(this.#file);
  }

  #letGo(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    try {
      closeSync(file);
    } catch (error) {
      // Some file systems tell only here that something was not written.
      this.#ports.tell(`The log ${this.#path} was not closed well: ${(error as Error).message}.`);
    }
  }
}

function sizeOf(file: number): number | null {
  const stats = fstatSync(file);
  return stats.isFile() ? stats.size : null;
}
