/**
 * Standard output as something that neither stops the program nor ends it. Node's own streams do both: a
 * terminal that nobody reads (a stopped tmux) blocks the whole event loop in `write`, and a file that can't
 * be written once (a full disk) is an error that nobody can mend.
 *
 * Invariants: a write never blocks on a terminal; bytes go out in order; only an output that has gone for
 * good (a terminal that hung up) is an 'error'. Whatever else fails costs what was being written and no more:
 * it is told once, the next write tries again, and that it works again is told as well.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { OUTPUT_FINISH_MS, OUTPUT_RETRY_MS } from '../../limits/program.ts';
import type { Clock, Timer } from '../clock.ts';

/** What is told of an output that can't be written: the sentence for people, without a line end. */
type TellTrouble = (sentence: string) => void;

/** What a kept output is made of. */
interface KeptOutputOptions {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** MUST NOT throw and MUST NOT write to this output. */
  readonly tell: TellTrouble;
}

/** Codes of an output that never comes back. */
const GONE = ['EIO', 'EPIPE', 'EBADF', 'ENXIO'];

/** A file or a terminal, see above. */
export class KeptOutput extends Writable {
  readonly isTTY: boolean;
  readonly #file: number;
  readonly #isOwn: boolean;
  readonly #options: KeptOutputOptions;
  #retry: Timer | undefined;
  #isTroubled = false;
  #lostBytes = 0;

  /** @param file a file or a terminal, by its number; a pipe is left to Node, which writes it well. */
  constructor(file: number, options: KeptOutputOptions & { readonly isTerminal: boolean }) {
    super({ decodeStrings: true });
    const own = options.isTerminal ? reopened(file) : undefined;
    this.isTTY = options.isTerminal;
    this.#file = own ?? file;
    this.#isOwn = own !== undefined;
    this.#options = options;
  }

  get columns(): number | undefined {
    return this.isTTY ? process.stdout.columns : undefined;
  }

  getColorDepth(env?: object): number {
    return this.isTTY ? process.stdout.getColorDepth(env) : 1;
  }

  /** Resolves when all is written, or when nobody has read it for `OUTPUT_FINISH_MS`. Never rejects. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      const { clock } = this.#options;
      const timer = clock.setTimeout(() => this.destroy(), OUTPUT_FINISH_MS);
      this.once('close', () => {
        clock.clearTimeout(timer);
        resolve();
      });
      if (this.destroyed) this.emit('close');
      else this.end();
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#put(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#put(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#retry !== undefined) this.#options.clock.clearTimeout(this.#retry);
    if (this.#isOwn) closeSync(this.#file);
    done(error);
  }

  #put(bytes: Buffer, done: (error?: Error) => void): void {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    } catch (cause) {
      this.#failed(bytes.subarray(written), cause as NodeJS.ErrnoException, done);
      return;
    }
    if (bytes.length > 0) this.#worked();
    done();
  }

  #failed(rest: Buffer, error: NodeJS.ErrnoException, done: (error?: Error) => void): void {
    const { clock, tell } = this.#options;
    if (error.code === 'EAGAIN') {
      this.#retry = clock.setTimeout(() => this.#put(rest, done), OUTPUT_RETRY_MS);
      return;
    }
    if (this.isTTY || GONE.includes(error.code ?? '')) {
      done(error);
      return;
    }
    this.#lostBytes += rest.length;
    if (!this.#isTroubled)
      tell(`The output can't be written (${error.message}). The program goes on without it.`);
    this.#isTroubled = true;
    done();
  }

  #worked(): void {
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#options.tell(`The output can be written again; ${this.#lostBytes} bytes were lost.`);
    this.#lostBytes = 0;
  }
}

/**
 * The same terminal opened once more, so that it can be written to without blocking and without making it so
 * for others that share it (a shell); `undefined` where the system doesn't let us.
 */
function reopened(file: number): number | undefined {
  for (const path of [`/proc/self/fd/${file}`, '/dev/tty']) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch {
      // The next one, or the terminal as it is: it is written all the same.
    }
  }
  return undefined;
}
