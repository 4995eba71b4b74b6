/** Where the program shows things: standard output, kept from blocking and from ending the program. */
import { fstatSync } from 'node:fs';
import { KeptOutput } from '../../io/node/kept-output.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import type { ScreenOutput } from '../../terminal/repl/prompt-screen.ts';
import { complain } from '../process/trouble.ts';

const STANDARD_OUTPUT = 1;

/** The output, and how it is let go of. */
export interface StandardOutput {
  readonly stream: ScreenOutput & { readonly isTTY?: boolean; getColorDepth?(env?: object): number };
  /** A pipe or a socket: another program reads it, and misses what is left out. */
  readonly isPipe: boolean;
  /** Resolves when what was written is out, or nobody reads it. Never rejects. */
  finish(): Promise<void>;
}

/** Opens it; to be called once. */
export function openStandardOutput(): StandardOutput {
  if (!process.stdout.isTTY && isPipe())
    return { stream: process.stdout, isPipe: true, finish: async () => {} };
  const output = new KeptOutput(STANDARD_OUTPUT, {
    clock: systemClock,
    tell: complain,
    isTerminal: process.stdout.isTTY === true,
  });
  if (output.isTTY) process.stdout.on('resize', () => output.emit('resize'));
  return { stream: output, isPipe: false, finish: () => output.finish() };
}

/** Lines for a program that shows what happens in it; what nobody can read any more ends nothing. */
export class ConsoleLines {
  readonly #output: StandardOutput;
  readonly #queueMaxBytes: number;
  #leftOut = 0;
  #isGone = false;

  /** @param queueMaxBytes once this much waits to be written, lines are counted and not kept. */
  constructor(output: StandardOutput, queueMaxBytes: number) {
    this.#output = output;
    this.#queueMaxBytes = queueMaxBytes;
    output.stream.on('error', () => {
      if (!this.#isGone) complain('Nobody reads the output any more: the program goes on without it.');
      this.#isGone = true;
    });
  }

  /** @param line harmless, without its end. */
  write(line: string): void {
    const { stream } = this.#output;
    if (this.#isGone) return;
    if (stream.writableLength > this.#queueMaxBytes) {
      this.#leftOut += 1;
      return;
    }
    if (this.#leftOut > 0) stream.write(`${this.#leftOut} lines were left out here: nobody read them.\n`);
    this.#leftOut = 0;
    stream.write(`${line}\n`);
  }

  finish(): Promise<void> {
    return this.#output.finish();
  }
}

/** Pipes and sockets are written by Node without blocking. */
function isPipe(): boolean {
  const stats = fstatSync(STANDARD_OUTPUT);
  return stats.isFIFO() || stats.isSocket();
}
