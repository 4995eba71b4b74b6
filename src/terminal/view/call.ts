/**
 * How a terminal calls its user: the bell, and a notification of the desktop where the terminal has one (OSC
 * 9, OSC 99, OSC 777). Which one it has is told by the environment; a multiplexer between passes the bell
 * only.
 */
import { harmless } from '../../words/harmless.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const BELL = '\x07';
const NOTIFICATION_CHARACTERS = 200;

/** What is written to the terminal to call its user. @param what in one line, from the network or not. */
export function callOf(what: string, env: Environment): string {
  const words = [...harmless(what)].slice(0, NOTIFICATION_CHARACTERS).join('');
  const notification = NOTIFICATIONS.find(({ has }) => has(env));
  return `${notification && !isMultiplexed(env) ? notification.write(words) : ''}${BELL}`;
}

const PROGRAMS_WITH_OSC_9 = /^(?:iTerm\.app|WezTerm|ghostty)$/;

const NOTIFICATIONS: readonly {
  has(env: Environment): boolean;
  write(words: string): string;
}[] = [
  {
    has: ({ TERM = '' }) => TERM === 'xterm-kitty',
    write: (words) => `\x1b]99;;${words}\x1b\\`,
  },
  {
    has: ({ TERM_PROGRAM = '' }) => PROGRAMS_WITH_OSC_9.test(TERM_PROGRAM),
    write: (words) => `\x1b]9;${words}\x1b\\`,
  },
  {
    // A semicolon would end the title.
    has: ({ TERM = '', VTE_VERSION = '' }) => TERM.startsWith('rxvt-unicode') || VTE_VERSION !== '',
    write: (words) => `\x1b]777;notify;P2PChat;${words.replaceAll(';', ',')}\x1b\\`,
  },
];

function isMultiplexed({ TMUX = '', STY = '', TERM = '' }: Environment): boolean {
  return TMUX !== '' || STY !== '' || /^(?:screen|tmux)/.test(TERM);
}
