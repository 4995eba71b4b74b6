/**
 * Computers of their own for tests with real processes: network namespaces, each with one cable to a common
 * switch (a bridge in a namespace of its own), so that cables can be cut, packets swallowed and addresses
 * changed without touching the network of this computer. Self-contained: it needs Linux, root and `ip`.
 *
 * Invariant: everything that was made is removed by `close`, whatever has happened; processes first.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DIRECTORY = fileURLToPath(new URL('../../', import.meta.url));
const SWITCH = 'sw';
const CABLE = 'eth0';

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Why there can be no namespaces here; `undefined` where there can. */
export function whyNoNamespaces(): string | undefined {
  const name = `p2pchat-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return undefined;
  } catch (error) {
    return `network namespaces need Linux, root and iproute2: ${String(error)}`;
  }
}

/** A process on one of the computers; its lines are collected. */
export class Process {
  readonly lines: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  #rest = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      const parts = (this.#rest + text).split('\n');
      this.#rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
    // Read, so that it is never stopped by a full pipe.
    child.stderr.resume();
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  has(word: string): boolean {
    return this.lines.some((line) => line.includes(word));
  }

  count(word: string): number {
    return this.lines.filter((line) => line.includes(word)).length;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** Some computers on one switch; names are at most 6 letters. */
export class Computers {
  readonly #prefix: string;
  readonly #made: string[] = [];
  readonly #processes: Process[] = [];

  /** @param addresses IPv4 address by name of the computer; all in one /24. */
  constructor(addresses: Readonly<Record<string, string>>) {
    this.#prefix = `p2pchat-${process.pid}-`;
    this.#add(SWITCH);
    this.#in(SWITCH, 'link', 'add', 'br0', 'type', 'bridge');
    this.#in(SWITCH, 'link', 'set', 'br0', 'up');
    for (const [name, address] of Object.entries(addresses)) {
      this.#add(name);
      const peer = ['peer', 'name', name, 'netns', this.#name(SWITCH)];
      this.#in(name, 'link', 'add', CABLE, 'type', 'veth', ...peer);
      this.#in(SWITCH, 'link', 'set', name, 'master', 'br0', 'up');
      this.#in(name, 'link', 'set', 'lo', 'up');
      this.#in(name, 'link', 'set', CABLE, 'up');
      this.#in(name, 'addr', 'add', `${address}/24`, 'dev', CABLE);
    }
  }

  /** Runs the built program on a computer. */
  run(name: string, words: readonly string[], limits: object = {}): Process {
    const env = { ...process.env, P2PCHAT_LIMITS: JSON.stringify(limits), NO_COLOR: '1' };
    const command = ['netns', 'exec', this.#name(name), process.execPath, 'dist/cli.js', ...words];
    // `ip` becomes the program: one process, and its id is the child's.
    const started = new Process(spawn('ip', command, { cwd: DIRECTORY, env }));
    this.#processes.push(started);
    return started;
  }

  /** The cable is out: the computer sees it, and has no address while it is. */
  cut(name: string, isCut = true): void {
    this.#in(SWITCH, 'link', 'set', name, isCut ? 'down' : 'up');
  }

  /** Whatever it sends or is sent gets lost, and it does not see it: its cable is in, and leads nowhere. */
  swallow(name: string): void {
    this.#in(SWITCH, 'link', 'set', name, 'nomaster');
  }

  /** Another address in place of the old one. */
  readdress(name: string, from: string, to: string): void {
    this.#in(name, 'addr', 'add', `${to}/24`, 'dev', CABLE);
    this.#in(name, 'addr', 'del', `${from}/24`, 'dev', CABLE);
    // Without an option for it the second address of a network goes with the first.
    this.#in(name, 'addr', 'replace', `${to}/24`, 'dev', CABLE);
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.kill()));
    for (const name of this.#made.splice(0)) ip('netns', 'del', name);
  }

  #add(name: string): void {
    ip('netns', 'add', this.#name(name));
    this.#made.push(this.#name(name));
  }

  #in(name: string, ...words: readonly string[]): void {
    ip('-n', this.#name(name), ...words);
  }

  #name(name: string): string {
    return `${this.#prefix}${name}`;
  }
}

/** Looks again and again until something is so. @throws Error with `what` after `maxMs`. */
export async function waitUntil(what: string, maxMs: number, condition: () => boolean): Promise<number> {
  const sinceMs = Date.now();
  while (!condition()) {
    if (Date.now() - sinceMs > maxMs) throw new Error(`${what}: not within ${maxMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return Date.now() - sinceMs;
}

const LOOK_MS = 50;
