/** The built program as its user runs it, in line mode. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Condition } from '../sockets.ts';

/** The package's own directory: the bundle of the bench lies deeper in it than this file. */
function packageDirectory(directory = dirname(fileURLToPath(import.meta.url))): string {
  return existsSync(join(directory, 'package.json')) ? directory : packageDirectory(dirname(directory));
}

/** What Node runs to run the program. */
export const ENTRY = join(packageDirectory(), 'dist/cli.js');
const LINES_KEPT = 50;

/** Gets every line; what it returns nothing is done with. */
type LineListener = (line: string) => void;

/** How a process is started, where not as usual. */
export interface ProgramOptions {
  /** Options of Node and V8. */
  readonly nodeOptions?: readonly string[];
  /** What runs the process, with its arguments: for one in a network namespace. */
  readonly launcher?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One process. */
export class MeasuredProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #condition = new Condition();
  readonly #lines: string[] = [];
  readonly #listen: LineListener | undefined;
  #rest = '';
  #isClosed = false;

  /**
   * @param listen in place of `until`, where there are too many lines to look through.
   */
  constructor(
    words: readonly string[],
    listen?: LineListener,
    { nodeOptions = [], launcher = [], env = {} }: ProgramOptions = {},
  ) {
    if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is missing: npm run build makes it`);
    this.#listen = listen;
    const [command, ...rest] = [...launcher, process.execPath, ...nodeOptions, ENTRY, ...words];
    this.#child = spawn(command as string, rest, { env: { ...process.env, ...env } });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.pipe(process.stderr, { end: false });
    this.#child.on('close', () => {
      this.#isClosed = true;
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The stream of its output, for who wants the bytes; `until` sees nothing of it from now on. */
  takeOutput(): NodeJS.ReadableStream {
    return this.#child.stdout.removeAllListeners('data');
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Writes to its standard input; what it does not read yet waits in this process. */
  feed(bytes: Buffer | string): void {
    this.#child.stdin.write(bytes);
  }

  /** Ends its input. */
  end(): void {
    this.#child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when it has ended and its output is read. @returns its exit code; `null` if it was killed. */
  async ended(): Promise<number | null> {
    if (!this.#isClosed) await once(this.#child, 'close');
    return this.#child.exitCode;
  }

  /** The last lines that it has printed. */
  get lastLines(): readonly string[] {
    return this.#lines;
  }

  /** Types a line. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Resolves with the first of the last lines that fits. */
  async until(what: string, fits: (line: string) => boolean): Promise<string> {
    await this.#condition.until(what, () => this.#lines.some(fits));
    return this.#lines.find(fits) ?? '';
  }

  /** Ends it by /quit, or at once. @returns its exit code; `null` where it was killed. */
  async stop(how: 'quit' | 'kill' = 'kill'): Promise<number | null> {
    if (this.hasEnded) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    if (how === 'quit') this.type('/quit');
    else this.#child.kill('SIGKILL');
    await ended;
    return this.#child.exitCode;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#listen?.(line);
      this.#lines.push(line);
    }
    this.#lines.splice(0, this.#lines.length - LINES_KEPT);
    this.#condition.changed();
  }
}
