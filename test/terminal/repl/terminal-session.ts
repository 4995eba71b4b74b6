/**
 * One run of the fixture in a real pseudo-terminal whose output goes through a terminal emulator: the test
 * types keys and sees what a person would see on the screen.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import type { Command } from '../../../src/peer/peer-api.ts';
import type { Order } from './repl-fixture.ts';

const DEADLINE_MS = 15_000;
export const FIXTURE = ['--import', 'tsx', 'test/terminal/repl/repl-fixture.ts'];

export interface SessionOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The test's end of the fixture's socket. */
export class Control {
  readonly commands: Command[] = [];
  readonly path: string;
  onCommand: () => void = () => {};
  readonly #server: Server;
  readonly #directory = mkdtempSync(join(tmpdir(), 'p2pchat-repl-'));
  #socket: Socket | undefined;

  constructor() {
    this.path = join(this.#directory, 'control');
    this.#server = createServer((socket) => {
      this.#socket = socket;
      socket.on('error', () => {});
      createInterface({ input: socket }).on('line', (line) => {
        this.commands.push(JSON.parse(line));
        this.onCommand();
      });
    }).listen(this.path);
  }

  /** A fresh directory that lives as long as this. */
  get directory(): string {
    return this.#directory;
  }

  tell(order: Order): void {
    if (this.#socket === undefined) throw new Error('the fixture has not connected yet');
    this.#socket.write(`${JSON.stringify(order)}\n`);
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

export class TerminalSession {
  readonly control = new Control();
  /** Everything that came from the pseudo-terminal. */
  raw = '';
  exitCode: number | undefined;
  readonly #pty: IPty;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #watchers = new Set<() => void>();

  constructor({ columns = 80, rows = 12, env = {} }: SessionOptions = {}) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const { PATH = '' } = process.env;
    this.#pty = spawn(process.execPath, FIXTURE, {
      cols: columns,
      rows,
      name: 'xterm-256color',
      env: {
        PATH,
        TERM: 'xterm-256color',
        CONTROL: this.control.path,
        XDG_STATE_HOME: this.control.directory,
        ...env,
      },
    });
    this.control.onCommand = () => this.#look();
    this.#pty.onData((data) => {
      this.raw += data;
      this.#terminal.write(data, () => this.#look());
    });
    this.#pty.onExit(({ exitCode }) => {
      this.exitCode = exitCode;
      this.#look();
    });
  }

  /** Presses keys. */
  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** The rows of the screen down to the last that is not empty, without blanks at their ends. */
  screen(): string[] {
    const { active } = this.#terminal.buffer;
    const rows = Array.from(
      { length: this.#terminal.rows },
      (_, row) =>
        active
          .getLine(active.viewportY + row)
          ?.translateToString(true)
          .trimEnd() ?? '',
    );
    while (rows.at(-1) === '') rows.pop();
    return rows;
  }

  /** The row that the cursor is in, and its column. */
  cursor(): { row: number; column: number } {
    const { active } = this.#terminal.buffer;
    return { row: active.cursorY, column: active.cursorX };
  }

  /** Waits for a condition; after the deadline it fails with what the screen shows instead. */
  until(what: string, condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        const state = `cursor ${JSON.stringify(this.cursor())}, exit code ${this.exitCode}`;
        reject(new Error(`waited in vain for ${what}; ${state}; screen:\n${this.screen().join('\n')}`));
      }, DEADLINE_MS);
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Waits until the screen shows exactly these rows, and the cursor where it is told. */
  shows(rows: readonly string[], cursor?: { row: number; column: number }): Promise<void> {
    const wanted = JSON.stringify(rows.map((row) => row.trimEnd()));
    return this.until(`the screen ${JSON.stringify({ rows, cursor }, null, 1)}`, () => {
      if (JSON.stringify(this.screen()) !== wanted) return false;
      return cursor === undefined || JSON.stringify(this.cursor()) === JSON.stringify(cursor);
    });
  }

  /** Takes the terminal away, as closing its window does. */
  hangUp(): void {
    this.#pty.kill('SIGHUP');
    (this.#pty as IPty & { destroy(): void }).destroy();
  }

  get pid(): number {
    return this.#pty.pid;
  }

  async exits(code: number): Promise<void> {
    await this.until(`exit code ${code}`, () => this.exitCode === code);
  }

  close(): void {
    if (this.exitCode === undefined) this.#pty.kill('SIGKILL');
    this.#terminal.dispose();
    this.control.close();
  }

  #look(): void {
    for (const look of this.#watchers) look();
  }
}
