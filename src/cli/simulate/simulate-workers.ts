/**
 * Worlds in several processes of this very program. Invariants: every seed gives one result, or is named as
 * one that gave none; a worker that dies costs only the seeds that it had not told, and they run again once;
 * no worker outlives this process, however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SimulateArguments } from '../arguments.ts';
import { EXIT } from '../errors.ts';
import { complain } from '../process/trouble.ts';
import type { SeedResult } from './seed-result.ts';

/** Seeds that one worker process runs before the next one takes over. */
const CHUNK_SEEDS = 50;
/** A seed that ends its worker twice is not tried again. */
const ATTEMPTS_MAX = 2;

interface Chunk {
  readonly first: number;
  readonly last: number;
  readonly attempt: number;
}

/** What the workers have to do, and to whom they tell. */
interface WorkersOptions {
  readonly given: SimulateArguments;
  take(result: SeedResult): void;
}

/** All workers of one run. */
export class Workers {
  /** Seeds that gave no result. */
  readonly missing: number[] = [];
  readonly #options: WorkersOptions;
  readonly #running = new Set<ChildProcess>();
  readonly #again: Chunk[] = [];
  #next: number;
  #isStopped = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#next = options.given.firstSeed;
  }

  /** Resolves when every seed was run, or after `stop`. */
  async run(): Promise<void> {
    const work = async () => {
      for (let chunk = this.#take(); chunk && !this.#isStopped; chunk = this.#take()) {
        await this.#runChunk(chunk);
      }
    };
    await Promise.all(Array.from({ length: this.#options.given.jobs }, work));
  }

  /** Ends all workers; what they have told stays told. */
  stop(): void {
    this.#isStopped = true;
    for (const worker of this.#running) worker.kill('SIGTERM');
  }

  #take(): Chunk | undefined {
    const { lastSeed } = this.#options.given;
    const again = this.#again.pop();
    if (again || this.#next > lastSeed) return again;
    const first = this.#next;
    this.#next = Math.min(lastSeed, first + CHUNK_SEEDS - 1) + 1;
    return { first, last: this.#next - 1, attempt: 1 };
  }

  async #runChunk(chunk: Chunk): Promise<void> {
    const worker = this.#spawn(chunk);
    this.#running.add(worker);
    const ended = new Promise<string | null>((resolve) => {
      worker.on('error', ({ message }) => resolve(message));
      worker.on('close', (code, signal) => resolve(endedWell(code) ? null : `ended by ${signal ?? code}`));
    });
    let untold = chunk.first;
    if (worker.stdout) {
      for await (const line of createInterface({ input: worker.stdout })) {
        const result = resultIn(line);
        if (result?.seed !== untold) continue;
        untold += 1;
        this.#options.take(result);
      }
    }
    const trouble = await ended;
    this.#running.delete(worker);
    if (untold > chunk.last || this.#isStopped) return;
    this.#failed({ ...chunk, first: untold }, worker.pid, trouble ?? 'ended too early');
  }

  #failed({ first, last, attempt }: Chunk, pid: number | undefined, trouble: string): void {
    const who = `The worker ${pid ?? ''} of the seeds up to ${last} was ${trouble}`;
    if (attempt < ATTEMPTS_MAX) {
      complain(`${who}; ${first === last ? `seed ${first} runs` : `the seeds ${first}-${last} run`} again.`);
      this.#again.push({ first, last, attempt: attempt + 1 });
      return;
    }
    complain(`${who}, again; seed ${first} is left out.`);
    this.missing.push(first);
    if (first < last) this.#again.push({ first: first + 1, last, attempt: 1 });
  }

  #spawn({ first, last }: Chunk): ChildProcess {
    const { peers, minutes, faults } = this.#options.given;
    const [, program = ''] = process.argv;
    const words = ['simulate', '--seeds', `${first}-${last}`, '--minutes', String(minutes)];
    words.push('--jobs', '1', '--json');
    if (peers !== undefined) words.push('--peers', String(peers));
    if (faults !== undefined) words.push('--faults', faults.length === 0 ? 'none' : faults.join(','));
    return spawn(process.execPath, [...process.execArgv, program, ...words], {
      // The channel tells the worker when this process is no more, also where that was killed.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
  }
}

/** Calls `stop` when the process that started this one as a worker has gone. */
export function onParentGone(stop: () => void): void {
  if (!process.connected) return;
  process.once('disconnect', stop);
  // A listener keeps the process alive; this one must not.
  process.channel?.unref();
}

function endedWell(code: number | null): boolean {
  return code === EXIT.quit || code === EXIT.couldNotRun;
}

/** `undefined` for half a line: what a worker was writing when it was killed. */
function resultIn(line: string): SeedResult | undefined {
  try {
    return JSON.parse(line) as SeedResult;
  } catch {
    return undefined;
  }
}
