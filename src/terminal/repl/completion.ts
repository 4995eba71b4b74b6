/**
 * What Tab completes: commands at the start of a line, room names behind /join, nicknames behind /poke and at
 * the start of any word of a message. Only names that the protocol allows are offered, so nothing that a
 * stranger made up can put odd characters on the user's line.
 */
import type { PeerStatus } from '../../peer/peer-api.ts';
import { isName } from '../../protocol/names.ts';
import { COMMANDS } from '../commands.ts';
import { COMPLETIONS_MAX } from '../limits.ts';

/** What node:readline wants of a completer: what fits, and the end of the line that it stands for. */
type Completion = [fits: string[], completed: string];

/**
 * @param line what is left of the cursor.
 * @param speakers who has spoken, the last one first: offered first.
 */
export function complete(line: string, status: PeerStatus, speakers: readonly string[] = []): Completion {
  const [, word = '', blank = '', rest = ''] = /^(\/[^ \t]*)?([ \t]*)(.*)$/su.exec(line) ?? [];
  if (line === '' || (word !== '' && blank === '' && !word.startsWith('//'))) return commandsFor(line);
  const last = /[^ \t]*$/u.exec(line)?.[0] ?? '';
  switch (word.toLowerCase()) {
    case '/join':
      return fitting(rest, [...status.rooms].sort());
    case '/ignore':
    case '/poke':
      return fitting(rest, others(status, speakers));
    case '':
    case '/send':
      return last === '' ? [[], ''] : fitting(last, others(status, speakers));
    default:
      return word.startsWith('//') && last !== '' ? fitting(last, others(status, speakers)) : [[], last];
  }
}

/** What is typed behind a command by most who use it. */
const WANTED = /NAME|ROOM|TEXT|WORD|FILE/;

function commandsFor(typed: string): Completion {
  const names = COMMANDS.map(({ name, argument }) => (WANTED.test(argument) ? `${name} ` : name));
  return [names.filter((name) => name.startsWith(typed.toLowerCase())), typed];
}

/** Who can be named: first who has spoken last, then the others by name. */
function others(status: PeerStatus, speakers: readonly string[]): string[] {
  const names = status.members.filter(({ isSelf }) => !isSelf).map(({ user }) => user);
  const present = new Set(names);
  return [...speakers.filter((name) => present.has(name)), ...names.sort()];
}

/** Ignores case: readline puts the name's own spelling in. */
function fitting(begun: string, names: readonly string[]): Completion {
  const lower = begun.toLowerCase();
  const fits = names.filter((name) => isName(name) && name.toLowerCase().startsWith(lower));
  return [[...new Set(fits)].slice(0, COMPLETIONS_MAX), begun];
}
