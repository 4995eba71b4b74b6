/**
 * What a user wants to see of a room, in every terminal face: whom to ignore, which words to light up, what
 * to be called for, and the last messages, to be shown, searched and saved. All of it is this program's own
 * business: the room is told nothing, and what is not shown is passed on as ever.
 */
import type { Peer } from '../../peer/peer-api.ts';
import { isName } from '../../protocol/names.ts';
import type { FaceNotice, OwnNotice } from '../face-notice.ts';
import type { CallFor, ViewQuery } from '../grammar.ts';
import { LIGHTS_MAX } from '../limits.ts';
import { RememberedMessages } from './remembered-messages.ts';
import { saveLines } from './saved-file.ts';

/** What is set at the start. */
export interface ViewSettings {
  readonly callFor?: CallFor;
  readonly isQuiet?: boolean;
}

/** Lines about links, duplicates and states, which `/quiet` leaves out. */
const QUIETED: ReadonlySet<FaceNotice['type']> = new Set<FaceNotice['type']>([
  'state',
  'forward linked',
  'forward lost',
  'forward failback',
  'forward yielded',
  'forward renewed',
  'backward linked',
  'backward lost',
  'search exhausted',
  'poke received',
  'dropped',
  'fault',
]);

/** See above. */
export class ChatView {
  readonly #peer: Pick<Peer, 'allowsUtf8'>;
  readonly #ignored = new Set<string>();
  readonly #lights = new Set<string>();
  readonly #remembered = new RememberedMessages();
  #callFor: CallFor;
  #isQuiet: boolean;

  constructor(peer: Pick<Peer, 'allowsUtf8'>, { callFor = 'mentions', isQuiet = false }: ViewSettings = {}) {
    this.#peer = peer;
    this.#callFor = callFor;
    this.#isQuiet = isQuiet;
  }

  /** Words to light up, besides our own name. */
  get lights(): readonly string[] {
    return [...this.#lights];
  }

  /** Nicknames of those who have said something, the last one first. */
  get speakers(): readonly string[] {
    return this.#remembered.speakers;
  }

  /**
   * Takes a notice, before it is shown.
   * @param timeMs of day.
   * @returns false where it is not to be shown.
   */
  take(notice: FaceNotice, timeMs: number): boolean {
    if (this.#isIgnored(notice) || (this.#isQuiet && QUIETED.has(notice.type))) return false;
    if (notice.type === 'text') this.#remembered.add(notice, timeMs);
    return true;
  }

  /** True where the user wants to be called for a notice that is shown. @param self our own name. */
  calls(notice: FaceNotice, self: string | null): boolean {
    if (this.#callFor === 'off') return false;
    if (notice.type === 'poked') return true;
    if (notice.type !== 'text' || notice.own) return false;
    return this.#callFor === 'all' || isSaid(notice.content, [...this.#lights, ...(self ? [self] : [])]);
  }

  /** Does what was asked for. @returns what is to be shown of it. */
  answer(query: ViewQuery): OwnNotice {
    switch (query.type) {
      case 'IGNORE':
        return this.#ignore(query.name);
      case 'HIGHLIGHT':
        return this.#light(query.word);
      case 'NOTIFY':
        this.#callFor = query.callFor ?? this.#callFor;
        return hint(CALLS[this.#callFor]);
      case 'UTF8':
        this.#peer.allowsUtf8 = query.isAllowed ?? this.#peer.allowsUtf8;
        return hint(
          this.#peer.allowsUtf8
            ? 'Text that is not ASCII is sent. Some other chat programs crash on it.'
            : 'Text that is not ASCII is refused; /utf8 on allows it.',
        );
      case 'QUIET':
        this.#isQuiet = query.isQuiet ?? !this.#isQuiet;
        return hint(
          this.#isQuiet ? 'Lines about links and duplicates are left out.' : 'All lines are shown.',
        );
      case 'LAST':
        return { window: 'command', type: 'messages', messages: this.#remembered.last(query.count) };
      case 'SEARCH':
        return { window: 'command', type: 'messages', messages: this.#remembered.having(query.word) };
      case 'SAVE':
        return this.#save(query.path);
    }
  }

  #isIgnored(notice: FaceNotice): boolean {
    if (notice.type === 'text') return !notice.own && this.#ignored.has(notice.user);
    return (notice.type === 'poked' || notice.type === 'poke received') && this.#ignored.has(notice.user);
  }

  #ignore(name: string): OwnNotice {
    if (name === '')
      return hint(listed('Ignored', this.#ignored, 'Nobody is ignored: /ignore NAME ignores.'));
    if (!isName(name)) return warning(`${name} can't be a name: nobody is ignored by that.`);
    if (this.#ignored.delete(name)) return hint(`Messages of ${name} are shown again.`);
    if (this.#ignored.size >= LIGHTS_MAX)
      return warning(`${LIGHTS_MAX} names are ignored: first show one again.`);
    this.#ignored.add(name);
    return hint(`Messages and pokes of ${name} are not shown here; /ignore ${name} shows them again.`);
  }

  #light(word: string): OwnNotice {
    if (word === '')
      return hint(listed('Lit up', this.#lights, 'Only your name is lit up: /highlight WORD adds a word.'));
    if (this.#lights.delete(word)) return hint(`"${word}" is not lit up any more.`);
    if (this.#lights.size >= LIGHTS_MAX)
      return warning(`${LIGHTS_MAX} words are lit up: first take one away.`);
    this.#lights.add(word);
    return hint(`"${word}" is lit up from now on; /highlight ${word} ends that.`);
  }

  #save(path: string): OwnNotice {
    const { count } = this.#remembered;
    try {
      saveLines(path, this.#remembered.lines());
    } catch (error) {
      return warning(`Nothing was saved: ${error instanceof Error ? error.message : String(error)}.`);
    }
    return hint(`${count} ${count === 1 ? 'message' : 'messages'} saved to ${path}.`);
  }
}

const CALLS: Readonly<Record<CallFor, string>> = {
  off: 'The terminal calls you for nothing.',
  mentions: 'The terminal calls you for pokes, your name and the words of /highlight.',
  all: 'The terminal calls you for every message.',
};

/** True where one of these words stands in a text as a word of its own, whatever the case. */
function isSaid(text: string, words: readonly string[]): boolean {
  return words.length > 0 && saidWords(words).test(text);
}

/** Finds these words where they stand as words of their own, whatever the case. */
export function saidWords(words: readonly string[], flags = 'iu'): RegExp {
  const any = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any})(?![\\p{L}\\p{N}_])`, flags);
}

function listed(what: string, words: ReadonlySet<string>, none: string): string {
  return words.size === 0 ? none : `${what}: ${[...words].join(', ')}.`;
}

function hint(message: string): OwnNotice {
  return { window: 'command', type: 'hint', message };
}

function warning(message: string): OwnNotice {
  return { window: 'command', type: 'warning', message };
}
