/**
 * The built program as a real process in line mode: its lines are collected, its input is written, its end is
 * observed. Processes that are still alive behind a test are killed, each by its own process id.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PeerLimits } from '../../../src/limits/peer.ts';
import type { RoomServerLimits } from '../../../src/limits/room-server.ts';
import { freePort } from './ports.ts';
import { closeBehindTest } from './teardown.ts';
import { Watched } from './watched.ts';
import { type Address, LOOPBACK, ROOM } from './wire.ts';

const DIRECTORY = fileURLToPath(new URL('../../../', import.meta.url));
const ENTRY = 'dist/cli.js';
/** A folder that has no settings in it. */
const NO_SETTINGS = { XDG_CONFIG_HOME: '/dev/null' };
/** What the message of a wait in vain shows of each program. */
const TRANSCRIPT_LINES = 40;
const TRANSCRIPT_COLUMNS = 200;

/** Limits in place of the program's own, as P2PCHAT_LIMITS takes them. */
export interface Limits {
  readonly peer?: Partial<PeerLimits>;
  readonly roomServer?: Partial<RoomServerLimits>;
}

/** How a process has ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a line is compared with: the whole line, a part of it, or anything. */
export type LinePattern = string | RegExp | ((line: string) => boolean);

function matches(line: string, pattern: LinePattern): boolean {
  if (typeof pattern === 'string') return line === pattern;
  return pattern instanceof RegExp ? pattern.test(line) : pattern(line);
}

/** One process. */
export class Program extends Watched {
  /** Whole lines of standard output, without their ends. */
  readonly lines: string[] = [];
  /** Set when the process has ended and all that it has written has been read. */
  exit: Exit | undefined;
  readonly #name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #output: Buffer[] = [];
  readonly #errors: Buffer[] = [];
  #rest = Buffer.alloc(0);

  /** @param own variables of the environment besides those that the tests have. */
  constructor(words: readonly string[], limits: Limits = {}, own: Readonly<Record<string, string>> = {}) {
    super();
    if (!existsSync(`${DIRECTORY}${ENTRY}`)) throw new Error(`${ENTRY} is missing: npm run build makes it`);
    this.#name = `p2pchat ${words.join(' ')}`;
    // Nobody's own settings.
    const env = { ...process.env, ...NO_SETTINGS, P2PCHAT_LIMITS: JSON.stringify(limits), ...own };
    this.#child = spawn(process.execPath, [ENTRY, ...words], { cwd: DIRECTORY, env });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#onOutput(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => this.#errors.push(chunk));
    // It may have ended before it has read all that it was sent.
    this.#child.stdin.on('error', () => {});
    this.#child.on('close', (code, signal) => {
      this.exit = { code, signal };
      this.changed();
    });
    closeBehindTest(async () => {
      this.#child.kill('SIGKILL');
      await this.ended();
    });
  }

  get isOver(): boolean {
    return this.exit !== undefined;
  }

  /** Everything that was written to standard output, byte by byte. */
  get output(): Buffer {
    return Buffer.concat(this.#output);
  }

  /** Everything that was written to standard error. */
  get errors(): string {
    return Buffer.concat(this.#errors).toString();
  }

  /** The Message window. */
  get messages(): string[] {
    return this.lines.filter((line) => line.startsWith('[msg] '));
  }

  transcript(): string {
    const exit = this.exit ? `\n(exit ${this.exit.code ?? this.exit.signal})` : '';
    const lines = this.lines.slice(-TRANSCRIPT_LINES).map((line) => line.slice(0, TRANSCRIPT_COLUMNS));
    return `--- ${this.#name}\n${lines.join('\n')}${this.errors === '' ? '' : `\n! ${this.errors}`}${exit}`;
  }

  /** Types a line. */
  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Reads nothing that it writes, as a reader of a pipe that is busy. */
  stopReading(): void {
    this.#child.stdout.pause();
  }

  /** Reads on. */
  readOn(): void {
    this.#child.stdout.resume();
  }

  /** Ends the input. */
  end(): void {
    this.#child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the first line that matches, from line number `since` on. */
  waitFor(pattern: LinePattern, since = 0): Promise<string> {
    return this.until(`line ${String(pattern)}`, () =>
      this.lines.slice(since).find((line) => matches(line, pattern)),
    );
  }

  /** Resolves when so many lines match. */
  async waitForCount(count: number, pattern: LinePattern): Promise<void> {
    await this.until(`${count} lines ${String(pattern)}`, () => this.count(pattern) >= count);
  }

  count(pattern: LinePattern): number {
    return this.lines.filter((line) => matches(line, pattern)).length;
  }

  /** Types a line and resolves with the first line behind it that matches. */
  ask(line: string, pattern: LinePattern): Promise<string> {
    const since = this.lines.length;
    this.send(line);
    return this.waitFor(pattern, since);
  }

  /**
   * Resolves when all that was typed before has been executed and what it has shown at once has been read:
   * the marker is a line that the face answers itself.
   */
  sync(): Promise<string> {
    // A page far behind the last: one line, whatever the room server has told.
    return this.ask('/list 987', /^\[cmd\] (No rooms are known yet|There are (no more|\d+) pages)/);
  }

  /** Types a line and resolves with everything that it has shown at once. */
  async answers(line: string): Promise<string[]> {
    const since = this.lines.length;
    this.send(line);
    const marker = await this.sync();
    return this.lines.slice(since, this.lines.lastIndexOf(marker));
  }

  /**
   * START, NAMED, JOINED or CONNECTED, as /status has it when all that was typed before has been executed.
   */
  async state(): Promise<string | undefined> {
    const lines = await this.answers('/status');
    return lines.map((line) => /^\[cmd\] State +(\w+)$/.exec(line)?.[1]).find((state) => state !== undefined);
  }

  /** Resolves when the process has ended. */
  ended(deadlineMs?: number): Promise<Exit> {
    return this.until('its end', () => this.exit, deadlineMs);
  }

  #onOutput(chunk: Buffer): void {
    this.#output.push(chunk);
    const bytes = Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf('\n') + 1;
    this.#rest = bytes.subarray(end);
    if (end === 0) return;
    this.lines.push(...bytes.toString('utf8', 0, end - 1).split('\n'));
    this.changed();
  }
}

/** The room server alone, listening. */
export class RoomServerProgram extends Program {
  readonly port: number;

  constructor(port: number, limits: Limits) {
    super(['room-server', String(port), '--host', LOOPBACK], limits);
    this.port = port;
  }
}

/** Starts the room server on a port of its own, or on the one given. */
export async function startRoomServer(limits: Limits = {}, port?: number): Promise<RoomServerProgram> {
  const server = new RoomServerProgram(port ?? (await freePort()), limits);
  await server.waitFor(`listening on ${LOOPBACK}:${server.port}`);
  return server;
}

/** How a peer is started. */
export interface PeerOptions {
  /** The room server's port on 127.0.0.1. */
  readonly server: number;
  readonly serverHost?: string;
  readonly port?: number;
  readonly name?: string;
  readonly room?: string;
  /** Further words of its command line. */
  readonly words?: readonly string[];
  readonly limits?: Partial<PeerLimits>;
}

/** A peer in line mode. */
export class PeerProgram extends Program {
  readonly port: number;
  /** Where it can be reached, under the name that it was given at its start. */
  readonly address: Address;

  constructor(
    port: number,
    { server, serverHost = LOOPBACK, name, room, words = [], limits = {} }: PeerOptions,
  ) {
    const start = [
      ...(name === undefined ? [] : ['--name', name]),
      ...(room === undefined ? [] : ['--room', room]),
    ];
    super([serverHost, String(server), String(port), ...start, ...words], { peer: limits });
    this.port = port;
    this.address = { user: name ?? 'nobody', ip: LOOPBACK, port };
  }
}

/** Starts a peer and waits until it listens. */
export async function startPeer(options: PeerOptions): Promise<PeerProgram> {
  const peer = new PeerProgram(options.port ?? (await freePort()), options);
  await peer.waitFor(/Listening on port|"type":"listening"/);
  return peer;
}

/**
 * Starts a peer and waits until it has joined the tests' room and has told all that there was to tell then.
 */
export async function startMember(options: PeerOptions & { readonly name: string }): Promise<PeerProgram> {
  const peer = await startPeer({ room: ROOM, ...options });
  await peer.waitFor(/^\[cmd\] Joined |"type":"joined"/);
  await peer.sync();
  return peer;
}
