/** The last messages that a face has shown, bounded, the newest of them. */
import { REMEMBERED_MESSAGES_MAX } from '../limits.ts';
import { formatDateTime } from './dates.ts';

/** A message as it was shown. */
export interface RememberedMessage {
  readonly user: string;
  readonly content: string;
  readonly own: boolean;
  /** Of day, in milliseconds since the Unix epoch. */
  readonly timeMs: number;
}

/** See above. */
export class RememberedMessages {
  readonly #messages: RememberedMessage[] = [];

  get count(): number {
    return this.#messages.length;
  }

  /** Nicknames of other members that have said something, the last one first. */
  get speakers(): readonly string[] {
    const others = this.#messages.filter(({ own }) => !own);
    return [...new Set(others.map(({ user }) => user).reverse())];
  }

  add({ user, content, own }: Omit<RememberedMessage, 'timeMs'>, timeMs: number): void {
    this.#messages.push({ user, content, own, timeMs });
    if (this.#messages.length > REMEMBERED_MESSAGES_MAX) this.#messages.shift();
  }

  /** The last so many, oldest first. */
  last(count: number): readonly RememberedMessage[] {
    return this.#messages.slice(-count);
  }

  /** Those that have this in their text or are of this nickname, whatever the case, oldest first. */
  having(word: string): readonly RememberedMessage[] {
    const wanted = word.toLowerCase();
    return this.#messages.filter(
      ({ user, content }) => content.toLowerCase().includes(wanted) || user.toLowerCase() === wanted,
    );
  }

  /** All of them as lines of a file, names and texts as they came. */
  lines(): string[] {
    return this.#messages.map(messageLine);
  }
}

/** `2026-11-28 22:30:05 alice: hello`, local time. */
export function messageLine({ user, content, timeMs }: RememberedMessage): string {
  return `${formatDateTime(timeMs)} ${user}: ${content}`;
}
