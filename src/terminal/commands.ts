/**
 * The commands of every terminal face in one table: grammar, Tab completion, /help, --help and README read
 * it.
 */

/** One command as the user is told of it. */
export interface CommandEntry {
  /** Lower case, with its `/`. */
  readonly name: string;
  /** How the argument is written in the help; empty for a command that takes none. */
  readonly argument:
    | ''
    | 'NAME'
    | 'ROOM'
    | 'TEXT'
    | 'WORD'
    | 'FILE'
    | '[NAME]'
    | '[PAGE]'
    | '[WORD]'
    | '[N]'
    | '[on|off]'
    | '[off|mentions|all]';
  readonly help: string;
}

/** Every command, in the order of the help. */
export const COMMANDS = [
  { name: '/user', argument: 'NAME', help: 'choose your name (until you join a room)' },
  {
    name: '/list',
    argument: '[PAGE]',
    help: 'show the rooms of the room server; PAGE: more of its last answer',
  },
  { name: '/join', argument: 'ROOM', help: 'join a room; it is made if there is none of that name' },
  { name: '/send', argument: 'TEXT', help: 'send a message to everybody in the room' },
  { name: '/poke', argument: '[NAME]', help: 'poke a member; without a name: show whom you can poke' },
  { name: '/members', argument: '', help: 'show the members: address, hash ID, how you are linked' },
  { name: '/links', argument: '', help: 'show your links to other members' },
  { name: '/status', argument: '', help: 'show state, room, room server and counters' },
  { name: '/invite', argument: '', help: 'show the line that others type to join you' },
  { name: '/last', argument: '[N]', help: 'show the last N messages again, 20 unless N is given' },
  { name: '/search', argument: 'WORD', help: 'show the messages again that have WORD in them, or are of it' },
  { name: '/save', argument: 'FILE', help: 'write the messages that are remembered here to a new file' },
  {
    name: '/ignore',
    argument: '[NAME]',
    help: 'show nothing of NAME here, or show it again; without a name: who is ignored',
  },
  { name: '/highlight', argument: '[WORD]', help: 'light WORD up, or no more; without a word: which are' },
  {
    name: '/notify',
    argument: '[off|mentions|all]',
    help: 'when the terminal calls you: for pokes and your name, or for all',
  },
  { name: '/quiet', argument: '[on|off]', help: 'leave out the lines about links and duplicates, or not' },
  { name: '/utf8', argument: '[on|off]', help: 'allow sending text that is not ASCII, or not' },
  { name: '/help', argument: '', help: 'show this list' },
  { name: '/quit', argument: '', help: 'close everything and end the program' },
] as const satisfies readonly CommandEntry[];

/** Name of a command as it is typed. */
export type CommandWord = (typeof COMMANDS)[number]['name'];

const SENT_AS_TYPED: readonly (readonly [string, string])[] = [
  ['TEXT', 'a line without "/" in front is sent as it is'],
  ['//TEXT', 'sends /TEXT'],
];

/** The help, one line a command. */
export function helpLines(): string[] {
  const rows = [
    ...COMMANDS.map(({ name, argument, help }) => [`${name} ${argument}`.trimEnd(), help] as const),
    ...SENT_AS_TYPED,
  ];
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return rows.map(([usage, help]) => `${usage.padEnd(width)}  ${help}`);
}
