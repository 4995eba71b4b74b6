/**
 * A process that reads lines and prints lines, the real program in line mode or the limit of a room, whose
 * output is looked at as bytes (`PrintedLines`).
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Condition } from '../sockets.ts';
import { PrintedLines } from './printed-lines.ts';

const KILOBYTE = 1_024;
/** Lines that are not numbered are kept, to be counted and shown; a healthy run has some 20. */
const OTHER_LINES_MAX = 10_000;

/** How a process is started, and how much it is expected to print. */
export interface LineModeOptions {
  /** What Node runs, with its arguments. */
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Numbered lines have numbers below this. */
  readonly numbersMost: number;
  /** Called whenever something was printed. */
  readonly onPrinted: () => void;
  /** Called with the number of each numbered line that is printed for the first time. */
  readonly onNumber?: (number: number) => void;
}

/** See above. */
export class LineModeProcess {
  readonly printed: PrintedLines;
  /** Lines that are not numbered, in order; at most 10,000. */
  readonly otherLines: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #condition = new Condition();

  constructor({ words, env, numbersMost, onPrinted, onNumber }: LineModeOptions) {
    this.printed = new PrintedLines(numbersMost, (line) => this.#keep(line), onNumber);
    this.#child = spawn(process.execPath, words, { env: { ...process.env, ...env } });
    // It may have been ended before it has read all that it was sent.
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.pipe(process.stderr);
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.printed.take(chunk);
      this.#condition.changed();
      onPrinted();
    });
  }

  /** Writes to its standard input; what it does not read yet waits in this process. */
  feed(bytes: Buffer | string): void {
    this.#child.stdin.write(bytes);
  }

  /** Lines that are not numbered and fit. */
  countOther(fits: RegExp): number {
    return this.otherLines.filter((line) => fits.test(line)).length;
  }

  /** Resolves when at least `least` of the lines that are not numbered fit. */
  async until(what: string, fits: RegExp, least = 1): Promise<void> {
    try {
      await this.#condition.until(what, () => this.countOther(fits) >= least);
    } catch (cause) {
      throw new Error(`${what}; it has printed:\n${this.otherLines.join('\n')}`, { cause });
    }
  }

  /** The most memory that it has had resident, in bytes; 0 where the system does not say. */
  peakBytes(): number {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * KILOBYTE;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  }

  /** Ends it at once, and waits until it has ended. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #keep(line: string): void {
    if (this.otherLines.length < OTHER_LINES_MAX) this.otherLines.push(line);
  }
}
