/**
 * A real redis-server for the tests: on a free port of loopback, with a temporary directory, killed by its
 * process id. Where none is installed the tests that need one are skipped, and that is said. The environment
 * variable P2PCHAT_TEST_REDIS names another program, such as valkey-server.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOOPBACK } from '../../../../src/protocol/names.ts';
import { freePort } from '../../../e2e/tools/ports.ts';

const PROGRAM = process.env.P2PCHAT_TEST_REDIS || 'redis-server';
/** What a Redis, or a Sentinel, says when it has begun. */
const READY = /Ready to accept connections|Sentinel ID is|\+monitor master/;
/** A server that has not begun to listen by then never will. */
const START_TIMEOUT_MS = 10_000;

/** False where the tests with a real Redis have to be skipped. */
export const hasRedis: boolean = spawnSync(PROGRAM, ['--version']).status === 0;
if (!hasRedis) {
  console.warn(
    `SKIPPED: the tests with a real Redis, because ${PROGRAM} is not installed (Debian: apt install redis-server).`,
  );
}

/** One Redis; nothing of it is kept on disk, so every start is one with empty memory. */
export class RedisServer {
  readonly port: number;
  readonly #directory = mkdtempSync(join(tmpdir(), 'p2pchat-redis-'));
  readonly #words: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, words: readonly string[]) {
    this.port = port;
    this.#words = words;
  }

  /** Starts one. @param words more of its options. */
  static async start(...words: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), words);
    await server.start();
    return server;
  }

  /** Starts a Sentinel. */
  static async startSentinel(configuration: string): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), []);
    await server.#startSentinel(configuration);
    return server;
  }

  get url(): string {
    return `redis://${LOOPBACK}:${this.port}`;
  }

  /** Starts it (again), empty; returns when it takes connections. */
  async start(): Promise<void> {
    const where = ['--port', String(this.port), '--bind', LOOPBACK, '--dir', this.#directory];
    await this.#spawn([...where, '--save', '', '--appendonly', 'no', ...this.#words]);
  }

  /** Starts it as a Sentinel with this configuration, which it changes itself. */
  async #startSentinel(configuration: string): Promise<void> {
    const file = join(this.#directory, 'sentinel.conf');
    const where = `port ${this.port}\nbind ${LOOPBACK}\ndir ${this.#directory}\n`;
    writeFileSync(file, where + configuration);
    await this.#spawn([file, '--sentinel']);
  }

  async #spawn(words: readonly string[]): Promise<void> {
    const started = spawn(PROGRAM, words);
    this.#process = started;
    await new Promise<void>((resolve, reject) => {
      let output = '';
      const fail = () => reject(new Error(`${PROGRAM} has not started:\n${output}`));
      const timer = setTimeout(fail, START_TIMEOUT_MS);
      started.once('exit', fail);
      started.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (!READY.test(output)) return;
        clearTimeout(timer);
        started.off('exit', fail);
        resolve();
      });
    });
  }

  /** It stands still: connections stay, nothing is answered. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** It goes on. */
  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const killed = this.#process;
    this.#process = undefined;
    if (!killed || killed.exitCode !== null || killed.signalCode !== null) return;
    const exit = once(killed, 'exit');
    killed.kill('SIGKILL');
    await exit;
  }

  /** Ends it and removes its directory. */
  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
