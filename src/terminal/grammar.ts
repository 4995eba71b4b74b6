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
import { LAST_SHOWN } from './limits.ts';

/** A question that changes nothing and that the face answers from the peer's status. */
export type FaceQuery =
  | { readonly type: 'MEMBERS' }
  | { readonly type: 'LINKS' }
  | { readonly type: 'STATUS' }
  | { readonly type: 'INVITE' }
  /** One page of the rooms that the room server told last, from 1. */
  | { readonly type: 'ROOMS'; readonly page: number }
  | { readonly type: 'HELP' };

/** A question to what the face itself remembers and shows, or a wish about it. */
export type ViewQuery =
  | { readonly type: 'LAST'; readonly count: number }
  | { readonly type: 'SEARCH'; readonly word: string }
  | { readonly type: 'SAVE'; readonly path: string }
  /** Empty asks who is. */
  | { readonly type: 'IGNORE'; readonly name: string }
  /** Empty asks which are. */
  | { readonly type: 'HIGHLIGHT'; readonly word: string }
  /** `null` asks. */
  | { readonly type: 'NOTIFY'; readonly callFor: CallFor | null }
  /** `null` asks. */
  | { readonly type: 'UTF8'; readonly isAllowed: boolean | null }
  /** `null` changes it. */
  | { readonly type: 'QUIET'; readonly isQuiet: boolean | null };

/** When a terminal calls its user: never, for what concerns them, for every message. */
export type CallFor = 'off' | 'mentions' | 'all';

/** What a line says. */
export type Parsed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'query'; readonly query: FaceQuery }
  | { readonly kind: 'view'; readonly query: ViewQuery }
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

/** Nothing that the command could take, or nothing at all where it needs something. */
class UsageError extends RefusalError {
  override readonly name = 'UsageError';
  constructor(word: CommandWord) {
    const entry = COMMANDS.find(({ name }) => name === word);
    super(`Type ${word} ${entry?.argument}: ${entry?.help}.`);
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
  '/invite': () => ({ kind: 'query', query: { type: 'INVITE' } }),
  '/last': (count) => lastOf(count),
  '/search': (word) => (word === '' ? usage('/search') : view({ type: 'SEARCH', word })),
  '/save': (path) => (path === '' ? usage('/save') : view({ type: 'SAVE', path })),
  '/ignore': (name) => view({ type: 'IGNORE', name }),
  '/highlight': (word) => view({ type: 'HIGHLIGHT', word }),
  '/notify': (mode) => {
    const callFor = CALLS_FOR.find((known) => known === mode.toLowerCase());
    if (callFor === undefined && mode !== '') return usage('/notify');
    return view({ type: 'NOTIFY', callFor: callFor ?? null });
  },
  '/utf8': (mode) => {
    const isAllowed = SWITCH[mode.toLowerCase()];
    return isAllowed === undefined ? usage('/utf8') : view({ type: 'UTF8', isAllowed });
  },
  '/quiet': (mode) => {
    const isQuiet = SWITCH[mode.toLowerCase()];
    return isQuiet === undefined ? usage('/quiet') : view({ type: 'QUIET', isQuiet });
  },
  '/help': () => ({ kind: 'query', query: { type: 'HELP' } }),
};

const CALLS_FOR: readonly CallFor[] = ['off', 'mentions', 'all'];
const SWITCH: Readonly<Record<string, boolean | null>> = { '': null, on: true, off: false };

function view(query: ViewQuery): Parsed {
  return { kind: 'view', query };
}

function usage(word: CommandWord): Parsed {
  return { kind: 'error', error: new UsageError(word) };
}

function lastOf(typed: string): Parsed {
  const count = typed === '' ? LAST_SHOWN : parseCount(typed);
  return count === undefined || count === 0 ? usage('/last') : view({ type: 'LAST', count });
}

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
  // The least that has to be put in: "/q" is /quit, not /quiet.
  const begun = COMMANDS.map(({ name }) => name)
    .filter((name) => name.startsWith(word))
    .sort((one, other) => one.length - other.length);
  if (begun[0] !== undefined) return begun[0];
  const ranked = COMMANDS.map(({ name }) => ({ name, edits: distance(word, name) })).sort(
    (one, other) => one.edits - other.edits,
  );
  // A word of two letters is two edits from everything: half of it has to be right.
  const allowed = Math.min(SLIP_MAX_EDITS, Math.floor((word.length - 1) / 2));
  return ranked.find(({ edits }) => edits <= allowed)?.name;
}
