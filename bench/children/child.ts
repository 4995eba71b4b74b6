/**
 * A process of the bench: one of its own programs, forked, and asked over the channel that Node gives it.
 * What it has used is asked in the process itself, because only there it is exact.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process has used, and what it has seen, since it was asked the last time. */
export interface Usage {
  /** CPU, user and system. */
  readonly cpuMs: number;
  /** The longest time that its event loop stood still. */
  readonly stallMs: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Whatever the program counts. */
  readonly count: number;
}

/** A question and its answer. */
type Reply = Readonly<Record<string, unknown>>;

const PATIENCE_MS = 120_000;

/** A program of the bench that runs in a process of its own. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;

  private constructor(process: ChildProcess, name: string) {
    this.#process = process;
    this.#name = name;
  }

  /**
   * Starts a program and waits until it says that it is ready.
   * @param name its path in the bundle, without the extension.
   * @param settings handed to it as JSON.
   * @param output `pipe`: of its standard output the stream is had.
   * @returns the child, and what it said.
   */
  static async start<Ready = Reply>(
    name: string,
    settings: object,
    output: 'inherit' | 'pipe' = 'inherit',
  ): Promise<{ child: Child; ready: Ready }> {
    const path = new URL(`${name}.js`, import.meta.url);
    const forked = fork(path, [JSON.stringify(settings)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', output, 'inherit', 'ipc'],
    });
    const child = new Child(forked, name);
    const ready = await child.#answer('ready');
    return { child, ready: ready as Ready };
  }

  /** What it prints, where that was wanted. */
  get output(): NodeJS.ReadableStream {
    if (!this.#process.stdout) throw new Error(`nobody wanted the output of ${this.#name}`);
    return this.#process.stdout;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Asks the program something and waits for its answer. */
  async ask<Answer = Reply>(question: string, details: object = {}): Promise<Answer> {
    const answer = this.#answer(question);
    this.#process.send({ question, ...details });
    return (await answer) as Answer;
  }

  /** From now on `usage` tells of stalls, too. */
  async watchStalls(): Promise<void> {
    await this.ask('watchStalls');
  }

  usage(): Promise<Usage> {
    return this.ask<Usage>('usage');
  }

  /** Ends it, and waits until it has ended. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  #answer(question: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const giveUp = (what: string) => {
        release();
        reject(new Error(`${this.#name} ${what} before it answered ${question}`));
      };
      const onMessage = (message: unknown) => {
        const reply = message as Reply;
        if (reply.question !== question) return;
        release();
        resolve(reply);
      };
      const onExit = () => giveUp('ended');
      const timer = setTimeout(() => giveUp('took too long'), PATIENCE_MS);
      const release = () => {
        clearTimeout(timer);
        this.#process.off('message', onMessage);
        this.#process.off('exit', onExit);
      };
      this.#process.on('message', onMessage);
      this.#process.on('exit', onExit);
    });
  }
}
