/** The built program as its user runs it, in line mode. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Condition } from './sockets.ts';

/** The bundle of the bench lies in node_modules/.cache/p2pchat-bench. */
export const ENTRY = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const LINES_KEPT = 50;

/** Gets every line; what it returns nothing is done with. */
type LineListener = (line: string) => void;

/** One process. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #condition = new Condition();
  readonly #lines: string[] = [];
  readonly #listen: LineListener | undefined;
  #rest = '';

  /**
   * @param listen in place of `until`, where there are too many lines to look through.
   * @param nodeOptions options of Node and V8 for the process.
   */
  constructor(words: readonly string[], listen?: LineListener, nodeOptions: readonly string[] = []) {
    if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is missing: npm run build makes it`);
    this.#listen = listen;
    this.#child = spawn(process.execPath, [...nodeOptions, ENTRY, ...words]);
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.pipe(process.stderr);
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
