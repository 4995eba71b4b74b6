/** The built program with standard streams that fail: files, pipes that are closed, devices that are full. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Limits } from './program.ts';
import { closeBehindTest } from './teardown.ts';
import { Watched } from './watched.ts';

const DIRECTORY = fileURLToPath(new URL('../../../', import.meta.url));

export interface RedirectedOptions {
  /** A path that standard output or error is written to; a pipe by default. */
  readonly stdout?: string;
  readonly stderr?: string;
  readonly limits?: Limits;
  readonly env?: Readonly<Record<string, string>>;
  /** Words ahead of `node`, such as a shell that sets a limit. */
  readonly ahead?: readonly string[];
  /** Options of node itself. */
  readonly node?: readonly string[];
}

/** One process. */
export class Redirected extends Watched {
  output = '';
  errors = '';
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  readonly child: ChildProcess;
  readonly #name: string;

  constructor(words: readonly string[], options: RedirectedOptions = {}) {
    super();
    const { stdout, stderr, limits = {}, env = {}, ahead = [], node = [] } = options;
    const files = [stdout, stderr].map((path) => (path === undefined ? undefined : openSync(path, 'a')));
    const [program = '', ...args] = [...ahead, process.execPath, ...node, 'dist/cli.js', ...words];
    this.#name = `p2pchat ${words.join(' ')}`;
    this.child = spawn(program, args, {
      cwd: DIRECTORY,
      env: { ...process.env, P2PCHAT_LIMITS: JSON.stringify(limits), ...env },
      stdio: ['pipe', files[0] ?? 'pipe', files[1] ?? 'pipe'],
    });
    for (const file of files) if (file !== undefined) closeSync(file);
    this.child.stdin?.on('error', () => {});
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
      this.changed();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
      this.changed();
    });
    this.child.on('close', (code, signal) => {
      this.exit = { code, signal };
      this.changed();
    });
    closeBehindTest(async () => {
      this.child.kill('SIGKILL');
      await this.ended();
    });
  }

  get isOver(): boolean {
    return this.exit !== undefined;
  }

  transcript(): string {
    const end = this.exit === undefined ? '' : `(exit ${this.exit.code ?? this.exit.signal})`;
    return `--- ${this.#name}\n${this.output.slice(-4_000)}\n! ${this.errors.slice(-4_000)}${end}`;
  }

  send(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  shows(what: RegExp, deadlineMs?: number): Promise<unknown> {
    return this.until(`output ${what}`, () => what.test(this.output), deadlineMs);
  }

  says(what: RegExp): Promise<unknown> {
    return this.until(`errors ${what}`, () => what.test(this.errors));
  }

  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
    return this.until('its end', () => this.exit);
  }
}
