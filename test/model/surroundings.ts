/**
 * What a machine has around it when a test drives it alone: the answers of its ports, as the test wants them,
 * and a book of everything that it says, by listener. Children are played: what they say is put into their
 * mouths.
 */
import { type AnyEventObject, createMachine, type InvokeCreator, sendParent } from 'xstate';

/** Puts words into the mouth of a played child. */
export interface Say {
  readonly type: 'SAY';
  readonly event: AnyEventObject;
}

/** Something that was said, and who has heard it. */
export interface Word {
  readonly listener: string;
  readonly what: string;
}

function isSay(event: AnyEventObject): event is Say {
  return event.type === 'SAY';
}

/** What each has heard: the order between listeners is XState's business. */
export function byListener(words: readonly Word[]): Record<string, string[]> {
  const heard: Record<string, string[]> = {};
  for (const { listener, what } of words) heard[listener] = [...(heard[listener] ?? []), what];
  return heard;
}

/** The surroundings of one machine. */
export class Surroundings<Answers> {
  answers: Answers;
  #said: Word[] = [];

  constructor(answers: Answers) {
    this.answers = answers;
  }

  /** Notes what `listener` has heard. */
  hear(listener: string, what: unknown): void {
    this.#said.push({ listener, what: typeof what === 'string' ? what : JSON.stringify(what) });
  }

  /** Everything that was said since the last time, in order. */
  take(): readonly Word[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  /** A service that does nothing but hear, and say what the test wants. */
  service<Context, Event extends AnyEventObject>(name: string): InvokeCreator<Context, Event> {
    return () => (sendBack, onReceive) => {
      onReceive((event: AnyEventObject) =>
        isSay(event) ? sendBack(event.event as Event) : this.hear(name, event),
      );
      return () => this.hear(name, 'stopped');
    };
  }

  /**
   * A machine that does nothing but hear, and say what the test wants; its name is what `nameOf` reads of its
   * context.
   */
  machine<Context extends object>(nameOf: (context: Context) => string) {
    return createMachine(
      {
        id: 'played',
        predictableActionArguments: true,
        schema: { context: {} as Context, events: {} as AnyEventObject },
        on: { SAY: { actions: 'say' }, '*': { actions: 'hear' } },
      },
      {
        actions: {
          say: sendParent((_, event) => (isSay(event as AnyEventObject) ? event.event : event)),
          hear: (context, event) => this.hear(nameOf(context), event),
        },
      },
    );
  }
}
