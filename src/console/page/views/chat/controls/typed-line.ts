/**
 * What a line in the chat's field says when it is entered: a command as in the terminal, or a message. A line
 * that looks like a command is never sent as a message: it is done, or refused with a sentence. Pure.
 */
import { type FaceQuery, parseLine, type ViewQuery } from '../../../../../terminal/grammar.ts';
import type { PageCommand } from '../../../state/store.ts';

/** What the line says, or why it is refused. */
export type TypedLine =
  | { readonly command: PageCommand; readonly refusal: null }
  | { readonly command: null; readonly refusal: string };

/** Where the page shows what a terminal prints when it is asked. */
const SHOWN_AT: Readonly<Record<FaceQuery['type'] | ViewQuery['type'], string>> = {
  MEMBERS: 'the members stand in the list Members.',
  LINKS: 'the links stand in the list Members and in the view Overlay.',
  STATUS: 'the status stands above the Message window.',
  INVITE: 'others join with p2pchat, the address of the room server above, and --room.',
  ROOMS: 'List shows the rooms.',
  LAST: 'the Message window keeps what was said.',
  SEARCH: 'the search field of Sequence finds it.',
  SAVE: 'Save keeps all that the page has.',
  IGNORE: 'everybody is shown.',
  HIGHLIGHT: 'your browser finds words.',
  NOTIFY: 'nobody is called.',
  UTF8: 'it is as the program was started (--utf8).',
  QUIET: 'links and duplicates have a window of their own.',
  HELP: 'the buttons say what they do; Words explains the view, and “//” sends a text that begins with “/”.',
};

/** Reads a line that was entered; blanks in front of a `/` are a slip. */
export function readTyped(line: string): TypedLine {
  const trimmed = line.trimStart();
  const parsed = parseLine(trimmed.startsWith('/') ? trimmed : line);
  switch (parsed.kind) {
    case 'command':
      return { command: parsed.command, refusal: null };
    case 'query':
    case 'view':
      return {
        command: null,
        refusal: `That is a command of the terminal; here ${SHOWN_AT[parsed.query.type]}`,
      };
    case 'error':
      return { command: null, refusal: parsed.error.message };
    case 'nothing':
      return { command: { type: 'SEND', text: '' }, refusal: null };
  }
}
