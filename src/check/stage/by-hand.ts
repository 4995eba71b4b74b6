/**
 * A program that a person starts and whose buttons a person presses: the tester says what to do, and goes on
 * when the bytes are there. What only eyes can see is asked.
 */
import type { Interface } from 'node:readline/promises';
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

/** How the person is spoken to. */
interface Person {
  readonly tell: (line: string) => void;
  readonly lines: Pick<Interface, 'question'>;
}

/** See above. */
export class ByHandSubject implements Subject {
  readonly isByHand = true;
  readonly output = '';
  readonly mark = 0;
  readonly exit = undefined;
  readonly problem = undefined;
  readonly #person: Person;

  constructor(
    person: Person,
    address: { readonly host: string; readonly port: number; readonly own: number },
  ) {
    this.#person = person;
    person.tell(`▶ Start the program anew: ${address.host} ${address.port} ${address.own}`);
  }

  press(button: Button, typed = ''): void {
    const field =
      button === 'list' || button === 'quit' ? '' : ` with ${typed === '' ? 'an empty field' : `"${typed}"`}`;
    this.#person.tell(`▶ Press [${BUTTON_WORDS[button]}]${field}.`);
  }

  messagesSince(): string {
    return '';
  }

  shownSince(): string {
    return '';
  }

  async ask(question: string): Promise<boolean> {
    const answer = await this.#person.lines.question(`? ${question} [y/n] `);
    return /^\s*(y|yes)\s*$/i.test(answer);
  }

  kill(): void {}

  async close(): Promise<void> {
    await this.#person.lines.question('▶ End the program, then press Enter. ');
  }
}
