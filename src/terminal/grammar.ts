/**
 * The grammar of every terminal face: one line, without its end, to a command of the peer, a question that
 * the face answers itself, nothing, or an error.
 *
 * A line that begins with no `/` is a message, `//x` is the message `/x`, and `/send` takes everything behind
 * exactly one blank: a message is never trimmed. Names are trimmed. Command words ignore case.
 */
import { distance } from 'fastest-levenshtein';
import type { Command } from '../peer/peer-api.ts';
import { parseCount } from '../protocol/names.ts';
import { RefusalError } from '../words/refusals.ts';
import { COMMANDS, type CommandWord } from './commands.ts';

/** A question that changes nothing and that the face answers from the peer's status. */
export type FaceQuery =
  | { readonly type: 'MEMBERS' }
  | { readonly type: 'LINKS' }
  | { readonly type: 'STATUS' }
  /** One page of the rooms that the room server told last, from 1. */
  | { readonly type: 'ROOMS'; readonly page: number }
  | { readonly type: 'HELP' };

/** What a line says. */
export type Parsed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'query'; readonly query: FaceQuery }
  | { readonly kind: 'error'; readonly error: RefusalError };

/** A `/word` that is no command. */
class UnknownCommandError extends RefusalError {
  override readonly name = 'UnknownCommandError';
  constructor(word: string, nearest: CommandWord | undefined) {
    const shown = word.length > WORD_SHOWN_CHARACTERS ? `${word.slice(0, WORD_SHOWN_CHARACTERS)}…` : word;
    super(
      nearest === undefined
        ? `There is no command ${shown}: /help lists them all; "//" sends a text that begins with "/".`
        : `There is no command ${shown}: did you mean ${nearest}? (/help lists them all.)`,
    );
  }
}

/** Words behind a command that takes none. */
export class UnexpectedWordsError extends RefusalError {
  override readonly name = 'UnexpectedWordsError';
  constructor(word: CommandWord) {
    const also = word === '/list' ? '/list 2 for more of a long answer' : '/help for what there is';
    super(`${word} takes nothing behind it: type ${word} alone, or ${also}.`);
  }
}

const WORD_SHOWN_CHARACTERS = 32;
/** A word that needs more letters put in, left out or replaced than this is not a slip of the fingers. */
const SLIP_MAX_EDITS = 2;

const LINE = /^(\/[^ \t]*)(?:[ \t](.*))?$/su;
const BLANKS_AROUND = /^[ \t]+|[ \t]+$/g;

/** Reads one line. Never throws. */
export function parseLine(line: string): Parsed {
  if (line === '') return { kind: 'nothing' };
  if (!line.startsWith('/')) return { kind: 'command', command: { type: 'SEND', text: line } };
  if (line.startsWith('//')) return { kind: 'command', command: { type: 'SEND', text: line.slice(1) } };
  const [, typed = line, rest = ''] = LINE.exec(line) ?? [];
  const entry = COMMANDS.find(({ name }) => name === typed.toLowerCase());
  if (entry === undefined) return { kind: 'error', error: new UnknownCommandError(typed, nearest(typed)) };
  const argument = rest.replace(BLANKS_AROUND, '');
  if (entry.argument === '' && argument !== '') {
    return { kind: 'error', error: new UnexpectedWordsError(entry.name) };
  }
  return READ[entry.name](argument, rest);
}

const READ: Record<CommandWord, (argument: string, rest: string) => Parsed> = {
  '/user': (name) => ({ kind: 'command', command: { type: 'USER', name } }),
  '/list': (page) => listOrPage(page),
  '/join': (room) => ({ kind: 'command', command: { type: 'JOIN', room } }),
  '/send': (_, text) => ({ kind: 'command', command: { type: 'SEND', text } }),
  '/poke': (name) => ({ kind: 'command', command: { type: 'POKE', name } }),
  '/quit': () => ({ kind: 'command', command: { type: 'QUIT' } }),
  '/members': () => ({ kind: 'query', query: { type: 'MEMBERS' } }),
  '/links': () => ({ kind: 'query', query: { type: 'LINKS' } }),
  '/status': () => ({ kind: 'query', query: { type: 'STATUS' } }),
  '/help': () => ({ kind: 'query', query: { type: 'HELP' } }),
};

function listOrPage(argument: string): Parsed {
  if (argument === '') return { kind: 'command', command: { type: 'LIST' } };
  const page = parseCount(argument);
  if (page === undefined || page === 0) return { kind: 'error', error: new UnexpectedWordsError('/list') };
  return { kind: 'query', query: { type: 'ROOMS', page } };
}

/** What was typed behind a command: the same string as `input` of its `refused` notice. */
export function inputOf(command: Command): string {
  switch (command.type) {
    case 'USER':
    case 'POKE':
      return command.name;
    case 'JOIN':
      return command.room;
    case 'SEND':
      return command.text;
    case 'LIST':
    case 'QUIT':
      return '';
  }
}

function nearest(typed: string): CommandWord | undefined {
  const word = typed.toLowerCase();
  if (word.length < 2 || word.length > WORD_SHOWN_CHARACTERS) return undefined;
  const begun = COMMANDS.find(({ name }) => name.startsWith(word));
  if (begun !== undefined) return begun.name;
  const ranked = COMMANDS.map(({ name }) => ({ name, edits: distance(word, name) })).sort(
    (one, other) => one.edits - other.edits,
  );
  // A word of two letters is two edits from everything: half of it has to be right.
  const allowed = Math.min(SLIP_MAX_EDITS, Math.floor((word.length - 1) / 2));
  return ranked.find(({ edits }) => edits <= allowed)?.name;
}
