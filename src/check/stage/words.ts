/**
 * How a program with a command line is told what to do: one line for each of the six buttons, in its own
 * words. `{}` stands for what is typed. A file of words has one `button = line` a line, and may name what its
 * lines of the Message window begin with (`message = …`); `#` begins a comment.
 */

/** The six buttons of the assignment. */
export type Button = 'user' | 'list' | 'join' | 'send' | 'poke' | 'quit';

const BUTTONS: readonly Button[] = ['user', 'list', 'join', 'send', 'poke', 'quit'];

/** The lines of a program. */
export interface Words {
  readonly lines: Readonly<Record<Button, string>>;
  /** What lines of the Message window begin with; where no line does, all lines count. */
  readonly message: string;
}

/** Those of this program's own line mode. */
export const OWN_WORDS: Words = {
  lines: {
    user: '/user {}',
    list: '/list',
    join: '/join {}',
    send: '/send {}',
    poke: '/poke {}',
    quit: '/quit',
  },
  message: '[msg] ',
};

/** The line for a button with what is typed; empty input leaves no blank at the end. */
export function lineFor(words: Words, button: Button, typed: string): string {
  return words.lines[button].replace('{}', () => typed).trimEnd();
}

/**
 * Reads a file of words; what it does not name is as this program has it. @throws SyntaxError with a
 * sentence.
 */
export function parseWords(text: string): Words {
  const lines: Record<Button, string> = { ...OWN_WORDS.lines };
  let { message } = OWN_WORDS;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, key = '', value = ''] = /^\s*(\w+)\s*= ?(.*)$/.exec(line) ?? [];
    const button = BUTTONS.find((name) => name === key);
    if (button !== undefined) lines[button] = value;
    else if (key === 'message') message = value;
    else
      throw new SyntaxError(
        `Line ${at + 1} is no "button = line": ${line}. Buttons: ${BUTTONS.join(', ')}, message.`,
      );
  }
  return { lines, message };
}
