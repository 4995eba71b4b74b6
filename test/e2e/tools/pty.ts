/** The built program in a real pseudo-terminal, which can be stopped from reading and be taken away. */
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import type { Limits } from './program.ts';
import { closeBehindTest } from './teardown.ts';
import { Watched } from './watched.ts';

export interface PtyOptions {
  readonly limits?: Limits;
  readonly env?: Readonly<Record<string, string>>;
  /** A shell command in place of the program alone; `$P2PCHAT` in it starts the program. */
  readonly shell?: string;
}

/** One process, or a shell with one in it. */
export class PtyProgram extends Watched {
  output = '';
  exit: { readonly exitCode: number; readonly signal?: number } | undefined;
  readonly #pty: IPty;

  constructor(words: readonly string[], { limits = {}, env = {}, shell }: PtyOptions = {}) {
    super();
    const entry = 'dist/cli.js';
    const [program, args] =
      shell === undefined ? [process.execPath, [entry, ...words]] : ['/bin/sh', ['-c', shell]];
    this.#pty = spawn(program, args, {
      cwd: fileURLToPath(new URL('../../../', import.meta.url)),
      name: env.TERM ?? 'xterm-256color',
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        TERM: 'xterm-256color',
        P2PCHAT: `${process.execPath} ${entry} ${words.join(' ')}`,
        P2PCHAT_LIMITS: JSON.stringify(limits),
        ...env,
      },
    });
    this.#pty.onData((data) => {
      this.output += data;
      this.changed();
    });
    this.#pty.onExit((exit) => {
      this.exit = exit;
      this.changed();
    });
    closeBehindTest(async () => {
      if (this.exit === undefined) this.#pty.kill('SIGKILL');
      this.read();
      await this.until('its end', () => this.exit);
    });
  }

  get isOver(): boolean {
    return this.exit !== undefined;
  }

  get pid(): number {
    return this.#pty.pid;
  }

  transcript(): string {
    return `--- terminal\n${this.output.slice(-4_000)}\n(exit ${JSON.stringify(this.exit)})`;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  shows(what: RegExp): Promise<unknown> {
    return this.until(`output ${what}`, () => (what.test(this.output) ? true : undefined));
  }

  ended(): Promise<{ readonly exitCode: number; readonly signal?: number }> {
    return this.until('its end', () => this.exit);
  }

  /** Nobody reads the terminal any more, as in a tmux that was stopped. */
  stopReading(): void {
    this.#pty.pause();
  }

  read(): void {
    this.#pty.resume();
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.#pty.pid, signal);
  }

  /** Closes the window. */
  hangUp(): void {
    (this.#pty as IPty & { destroy(): void }).destroy();
  }
}
