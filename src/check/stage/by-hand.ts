/**
 * A program that a person starts and whose buttons a person presses: the tester says what to do, and goes on
 * when the bytes are there. What only eyes can see is asked.
 *
 * Invariant: once the person's input has ended nobody is waited for: what is under way, and every case after
 * it, can't be checked.
 */

import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { CannotCheckError } from '../failure.ts';
import type { Tape } from '../wire/tape.ts';
import type { Subject } from './subject.ts';
import type { Button } from './words.ts';

const BUTTON_WORDS: Readonly<Record<Button, string>> = {
  user: 'User',
  list: 'List',
  join: 'Join',
  send: 'Send',
  poke: 'Poke',
  quit: 'Quit',
};

/** The person, at a terminal or behind a pipe. */
export class Person {
  readonly #output: Writable;
  readonly #lines;
  readonly #gone = new AbortController();

  constructor(input: Readable, output: Writable) {
    this.#output = output;
    this.#lines = createInterface({ input, output });
    this.#lines.on('close', () => this.#gone.abort());
  }

  /** Aborted when the input has ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  tell(line: string): void {
    this.#output.write(`${line}\n`);
  }

  /** @throws CannotCheckError when the person is gone. */
  async ask(question: string): Promise<string> {
    if (this.gone.aborted) throw nobodyThere();
    const { signal } = this.#gone;
    return this.#lines.question(question, { signal }).catch((cause: unknown) => {
      throw signal.aborted ? nobodyThere() : cause;
    });
  }

  /** Nothing is asked any more. */
  leave(): void {
    this.#lines.close();
  }
}

function nobodyThere(): CannotCheckError {
  return new CannotCheckError('Nobody presses the buttons any more: the input has ended.');
}

/** See above. */
export class ByHandSubject implements Subject {
  readonly isByHand = true;
  readonly output = '';
  readonly mark = 0;
  readonly exit = undefined;
  problem: Error | undefined;
  readonly #person: Person;
  #isPressed = false;

  constructor(
    person: Person,
    address: { readonly host: string; readonly port: number; readonly own: number },
    tape: Tape,
  ) {
    this.#person = person;
    const leave = () => {
      this.problem = nobodyThere();
      tape.changed();
    };
    if (person.gone.aborted) leave();
    else {
      person.gone.addEventListener('abort', leave);
      person.tell(`▶ Start the program anew: ${address.host} ${address.port} ${address.own}`);
    }
  }

  press(button: Button, typed = ''): void {
    const field =
      button === 'list' || button === 'quit' ? '' : ` with ${typed === '' ? 'an empty field' : `"${typed}"`}`;
    if (this.problem === undefined) this.#person.tell(`▶ Press [${BUTTON_WORDS[button]}]${field}.`);
    this.#isPressed = true;
  }

  async done(): Promise<void> {
    if (!this.#isPressed) return;
    this.#isPressed = false;
    await this.#person.ask('▶ Press Enter here when that is done. ');
  }

  messagesSince(): string {
    return '';
  }

  shownSince(): string {
    return '';
  }

  async ask(question: string): Promise<boolean> {
    const answer = await this.#person.ask(`? ${question} [y/n] `);
    this.#isPressed = false;
    return /^\s*(y|yes)\s*$/i.test(answer);
  }

  kill(): void {}

  async close(): Promise<void> {
    if (this.#person.gone.aborted) return;
    try {
      await this.#person.ask('▶ End the program, then press Enter. ');
    } catch (error) {
      // Who is gone has seen what there was to see.
      if (!(error instanceof CannotCheckError)) throw error;
    }
  }
}
