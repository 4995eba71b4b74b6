/**
 * The program that is tested, as cases see it: six buttons, what it shows, its end. A program with a command
 * line is a process whose input is written; a program that a person started is that person, who is asked.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { CHECK_OUTPUT_MAX_BYTES } from '../../limits/check.ts';
import { CannotCheckError } from '../failure.ts';
import type { Tape } from '../wire/tape.ts';
import { type Button, lineFor, type Words } from './words.ts';

/** How a process has ended. */
export interface SubjectExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** See above. */
export interface Subject {
  /** Everything shown so far. */
  readonly output: string;
  /** How much has been shown: a place to look from. */
  readonly mark: number;
  readonly exit: SubjectExit | undefined;
  /** Why it could not be started. */
  readonly problem: Error | undefined;
  /** True where a person presses the buttons: waits are long, and what is shown is asked. */
  readonly isByHand: boolean;
  press(button: Button, typed?: string): void;
  /** Resolves when what was to be pressed is: a person says so, a process needs no time. */
  done(): Promise<void>;
  /** What the Message window has shown since the mark, as far as windows can be told apart. */
  messagesSince(mark: number): string;
  /** What was shown since the mark in either window. */
  shownSince(mark: number): string;
  /** Asks the person; a process is never asked. */
  ask(question: string): Promise<boolean>;
  /** Ends it at once, as a power cut does. */
  kill(): void;
  /** Resolves when it is over and its memory is free. */
  close(): Promise<void>;
}

/** How a process is started. */
interface ProcessOptions {
  /** The program and its arguments, placeholders filled in. */
  readonly command: readonly string[];
  readonly words: Words;
  readonly tape: Tape;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program with a command line. */
export class ProcessSubject implements Subject {
  readonly isByHand = false;
  exit: SubjectExit | undefined;
  problem: Error | undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #words: Words;
  readonly #closed: Promise<void>;
  #shown = '';
  #errors = '';

  constructor({ command, words, tape, env = {} }: ProcessOptions) {
    const [program = '', ...rest] = command;
    this.#words = words;
    this.#child = spawn(program, rest, { env: { ...process.env, ...env } });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (this.#shown.length < CHECK_OUTPUT_MAX_BYTES) this.#shown += text;
      tape.sign();
      tape.changed();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.#errors.length < CHECK_OUTPUT_MAX_BYTES) this.#errors += text;
    });
    // It may have ended before it has read all that it was sent: that is told by its end.
    this.#child.stdin.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.problem = new CannotCheckError(`${program} can't be started: ${error.message}`);
        tape.sign();
        tape.changed();
        resolve();
      });
      this.#child.on('close', (code, signal) => {
        if (this.problem === undefined) this.exit = { code, signal };
        tape.sign();
        tape.changed();
        resolve();
      });
    });
  }

  get output(): string {
    return this.#errors === '' ? this.#shown : `${this.#shown}\n--- standard error ---\n${this.#errors}`;
  }

  get mark(): number {
    return this.#shown.length;
  }

  press(button: Button, typed = ''): void {
    this.#child.stdin.write(`${lineFor(this.#words, button, typed)}\n`);
  }

  messagesSince(mark: number): string {
    const { message } = this.#words;
    const hasWindows = message !== '' && this.#shown.split('\n').some((line) => /^\[(msg|cmd)\] /.test(line));
    if (!hasWindows) return this.shownSince(mark);
    const lines = this.shownSince(mark).split('\n');
    return lines.filter((line) => line.startsWith(message)).join('\n');
  }

  shownSince(mark: number): string {
    return this.#shown.slice(mark);
  }

  async done(): Promise<void> {}

  async ask(): Promise<boolean> {
    return false;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  kill(): void {
    this.signal('SIGKILL');
  }

  async close(): Promise<void> {
    if (this.exit === undefined) this.kill();
    // A grandchild may hold the pipes: it is not waited for.
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    await this.#closed;
  }
}

/** Fills in the placeholders of a command; where there are none, the values stand behind it. */
export function filledIn(command: readonly string[], values: Readonly<Record<string, string>>): string[] {
  const places = Object.keys(values).map((name) => `{${name}}`);
  const hasPlaces = command.some((word) => places.some((place) => word.includes(place)));
  const words = hasPlaces ? command : [...command, ...places];
  return words.map((word) =>
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), word),
  );
}
