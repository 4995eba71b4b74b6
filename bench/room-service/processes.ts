/**
 * The processes that are measured: room servers as they are built, and a redis-server; each ended by its own
 * id.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOOPBACK } from '../../src/protocol/names.ts';

const DIRECTORY = fileURLToPath(new URL('../../', import.meta.url));
/** Nothing is to expire, and nobody to be slowed down, while it is measured. */
const LIMITS = {
  roomServer: { memberExpiryMs: 3_600_000, requestsPerSecondMax: 0, replyQueueMaxBytes: 1e9 },
};
/** Of Linux's /proc: USER_HZ is 100 everywhere. */
const TICK_MS = 10;

/** A process that says when it is ready. */
export class Measured {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #end: () => void;

  private constructor(port: number, child: ChildProcess, end: () => void = () => {}) {
    this.port = port;
    this.#process = child;
    this.#end = end;
  }

  /** A room server on this store. @param limits in place of the program's own. */
  static async roomServer(store: string, limits: object = LIMITS): Promise<Measured> {
    const port = await freePort();
    const words = ['dist/cli.js', 'room-server', String(port), '--host', LOOPBACK, '--store', store];
    const env = { ...process.env, P2PCHAT_LIMITS: JSON.stringify(limits) };
    const child = spawn(process.execPath, words, { cwd: DIRECTORY, env });
    await said(child, store === 'memory' ? 'listening' : 'connected');
    return new Measured(port, child);
  }

  /** A Redis that keeps nothing on disk. */
  static async redis(): Promise<Measured> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'p2pchat-bench-'));
    const where = ['--port', String(port), '--bind', LOOPBACK, '--dir', directory];
    const child = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no']);
    await said(child, 'Ready to accept connections');
    return new Measured(port, child, () => rmSync(directory, { recursive: true, force: true }));
  }

  /** Processor time that it has used so far, in ms, where the system tells (Linux's /proc). */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  /** Memory that it has in use, where the system tells (Linux's /proc). */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1_024;
  }

  /** Ends it. */
  async close(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
    this.#end();
  }
}

function said(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', () => reject(new Error(`it has ended:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = output.length < 10_000 ? output + chunk.toString() : output;
        if (output.includes(words)) resolve();
      });
    }
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new TypeError('a TCP port is a number');
      server.close(() => resolve(address.port));
    });
  });
}
