/**
 * Remembers what was entered, so that the Up key can bring back a command that is refused as it was typed.
 */
import type { Command } from '../../peer/peer-api.ts';
import type { CommandName } from '../../words/notices.ts';
import { inputOf } from '../grammar.ts';

const NAMES: Record<Command['type'], CommandName> = {
  USER: 'user',
  LIST: 'list',
  JOIN: 'join',
  SEND: 'send',
  POKE: 'poke',
  QUIT: 'quit',
};

/** The last line of each command. */
export class EnteredLines {
  readonly #last = new Map<CommandName, { readonly input: string; readonly line: string }>();

  remember(line: string, command: Command): void {
    this.#last.set(NAMES[command.type], { input: inputOf(command), line });
  }

  /** The line as it was typed; for one that was not typed last, or not here, one that says the same. */
  lineOf(command: CommandName, input: string): string {
    const last = this.#last.get(command);
    if (last?.input === input) return last.line;
    if (command === 'send') return input.startsWith('/') ? `/${input}` : input;
    return input === '' ? `/${command}` : `/${command} ${input}`;
  }
}
