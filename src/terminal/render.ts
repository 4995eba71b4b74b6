/**
 * Notices as the REPL shows them. Both windows share one screen and are told apart at its left edge, also
 * without colour:
 *
 *     12:34:56 alice: hello            Message window: a chat message, the name in its own colour
 *     12:34:56 ** bob pokes you!       Message window: a poke
 *     12:34:57 -- Forward link to …    Command window, dimmed
 *     12:34:58 -! Connection … lost    Command window: trouble that nobody asked for
 *     12:34:59 !! You are in no room   Command window: a command was refused
 *
 * Invariants: text is made harmless before the first colour is put on it; what others wrote can't be taken
 * for a line of the program, also without colour.
 */

import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import { harmless } from '../words/harmless.ts';
import { colourOfNickname } from '../words/nickname-colour.ts';
import type { Notice } from '../words/notices.ts';
import { describeLines, type FaceNotice } from './face-notice.ts';
import { saidWords } from './view/chat-view.ts';
import { formatTime } from './view/dates.ts';
import { messageLine, type RememberedMessage } from './view/remembered-messages.ts';

/** Colours of the 256 that have a contrast of at least 3.8 on black and on white alike. */
export const NICKNAME_COLOURS = [28, 30, 32, 63, 64, 99, 100, 130, 131, 133, 162, 164] as const;

const REFUSED_COLOUR = 160;
const WARNING_COLOUR = 166;

const LOOKS_LIKE_A_MARK = /^(?:\*\*|--|-!|!!|")/;

/**
 * Where a long line wraps, the next row can begin with anything: text that reads like a line of its own gets
 * a bar behind its time, `12:34:56 | bob: hello`. Digits, colons, blanks and dashes of all scripts look
 * alike.
 */
const BLANK = '[\\p{Zs}\\u2800]';
const COLON = '[:\\uff1a\\ufe55\\u2236\\ua789\\u02d0\\u05c3]';
const DIGITS = '\\p{Nd}{2}';
const MARK = `[*\\uff0a\\u2217!\\uff01\\u01c3\\p{Pd}\\u2212]{2}${BLANK}`;
const SPEAKER = `[^\\p{Zs}]+${COLON}${BLANK}`;
const LOOKS_LIKE_A_LINE = new RegExp(
  `(${DIGITS}${COLON}${DIGITS}${COLON}${DIGITS})(${BLANK}+)(?=${MARK}|${SPEAKER})`,
  'gu',
);

/** Notices that tell of trouble that nobody asked for. */
const WARNINGS: ReadonlySet<FaceNotice['type']> = new Set<FaceNotice['type']>([
  'room server lost',
  'room server unreachable',
  'room server failed',
  'nobody linked',
  'maybe offline',
  'poke unanswered',
  'dropped',
  'fault',
  'warning',
]);

/** What a prompt may say besides the state. */
interface PromptSigns {
  /** Nobody is heard at all. */
  readonly isOffline?: boolean;
  /** Messages wait for links that are full. */
  readonly isSending?: boolean;
  /** What the user waits for, such as `joining`; nothing where that is no time yet. */
  readonly waitsFor?: string | null;
}

/** What comes next in a state in which there is nobody to talk to yet. */
const NEXT_STEPS: Readonly<Record<string, string>> = { START: '/user NAME', NAMED: '/join ROOM' };

/** What the REPL draws with; no state, so that one renderer serves for ever. */
export interface Renderer {
  /**
   * The lines of a notice, without line ends.
   * @param lights words to be lit up where others say them: our name at this moment, and what the user wants.
   */
  lines(notice: FaceNotice, lights: readonly string[], timeMs: number): string[];
  /**
   * The prompt of a state, for instance `CONNECTED room1 alice> `, with what to do next where there is no
   * name or room yet: `NAMED alice (/join ROOM)> `.
   */
  prompt(state: string, room: string | null, user: string | null, signs?: PromptSigns): string;
}

/** @param level what the terminal can show: 0 no colour, 1 16 colours, 2 256 colours, 3 all of them. */
export function createRenderer(level: ColorSupportLevel): Renderer {
  const paint = new Chalk({ level });
  return {
    lines: (notice, lights, timeMs) => {
      const stamp = paint.dim(formatTime(timeMs));
      return body(paint, notice, lights).map((line) => `${stamp} ${line}`);
    },
    prompt: (state, room, user, { isOffline = false, isSending = false, waitsFor = null } = {}) => {
      const where = [room, user].filter((part) => part !== null).map((part) => ` ${harmless(part)}`);
      const next = waitsFor === null ? NEXT_STEPS[state] : undefined;
      const signs = [
        isOffline ? paint.yellow(' offline?') : '',
        isSending ? paint.dim(' sending…') : '',
        waitsFor === null ? '' : paint.dim(` ${harmless(waitsFor)}…`),
        next === undefined ? '' : paint.dim(` (${next})`),
      ];
      return `${paint.bold(state)}${where.join('')}${signs.join('')}> `;
    },
  };
}

function body(paint: ChalkInstance, notice: FaceNotice, lights: readonly string[]): string[] {
  if (notice.type === 'text') return [chatLine(paint, notice, lights)];
  if (notice.type === 'messages' && notice.messages.length > 0)
    return notice.messages.map((message) => paint.dim(`-- ${rememberedLine(message)}`));
  const lines = describeLines(notice).map(barred);
  if (notice.window === 'message') return lines.map((line) => paint.bold(`** ${line}`));
  if (notice.type === 'refused') return lines.map((line) => paint.ansi256(REFUSED_COLOUR)(`!! ${line}`));
  if (WARNINGS.has(notice.type)) return lines.map((line) => paint.ansi256(WARNING_COLOUR)(`-! ${line}`));
  return lines.map((line) => paint.dim(`-- ${line}`));
}

function chatLine(
  paint: ChalkInstance,
  notice: Extract<Notice, { type: 'text' }>,
  lights: readonly string[],
): string {
  const colour = paint.ansi256(nicknameColour(notice.user));
  const name = (notice.own ? colour.bold : colour)(shownName(notice.user));
  const content = barred(harmless(notice.content));
  return `${name}: ${notice.own ? content : litUp(paint, content, lights)}`;
}

/** Our own time in front of a name is no imitation; one in the text may be. */
function rememberedLine(message: RememberedMessage): string {
  const { user, content } = message;
  return messageLine({ ...message, user: shownName(user), content: barred(harmless(content)) });
}

function barred(text: string): string {
  return text.replace(LOOKS_LIKE_A_LINE, '$1 |$2');
}

/** A name that begins like the mark of a window could be taken for it. */
function shownName(user: string): string {
  return LOOKS_LIKE_A_MARK.test(user) ? JSON.stringify(harmless(user)) : harmless(user);
}

/** Lights up words where they stand by themselves. */
function litUp(paint: ChalkInstance, content: string, words: readonly string[]): string {
  return words.length === 0
    ? content
    : content.replace(saidWords(words, 'giu'), (said) => paint.bold.inverse(said));
}

/** The same name has the same colour on every screen. */
export function nicknameColour(user: string): number {
  return NICKNAME_COLOURS[colourOfNickname(user, NICKNAME_COLOURS.length)] ?? NICKNAME_COLOURS[0];
}
