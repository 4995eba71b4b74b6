/**
 * What every machine of one peer does, for the log and whoever else follows the trace: each event that a
 * machine takes, who has sent it, and the state that it leads to.
 *
 * Invariants: a machine is followed from its first state to its end; nothing is put into words while nobody
 * looks; names are the same in every run (XState's session ids are not, and stay in here).
 */
import { type AnyInterpreter, type AnyState, Interpreter } from 'xstate';
import type { Feed } from '../feed/feed.ts';
import { describeEvent } from '../machines/event-of.ts';

/** What the trace calls the entry into the first state. */
const START = 'start';

/** Follows the machines of one peer, see above. */
export class MachineTrace {
  readonly #trace: Feed['trace'];
  /** The names of those that live, by session id: an event says who has sent it by that. */
  readonly #names = new Map<string, string>();

  constructor({ trace }: Pick<Feed, 'trace'>) {
    this.#trace = trace;
  }

  /** Follows an actor that has been spawned; what is no interpreted machine has no states. */
  readonly spawned = (actor: object): void => {
    if (!(actor instanceof Interpreter)) return;
    this.follow(actor);
    this.#tell(actor, START, actor.getSnapshot());
  };

  /** Follows a machine from now on, also one that has not been started yet. */
  follow(service: AnyInterpreter): void {
    const { sessionId } = service;
    this.#names.set(sessionId, nameOf(service));
    // XState tells at once what a machine that runs has done last: that was before.
    let isFollowed = false;
    service.onTransition((state, event) => {
      if (isFollowed && this.#trace.observed)
        this.#tell(service, event.type === 'xstate.init' ? START : describeEvent(event), state);
    });
    isFollowed = true;
    service.onStop(() => this.#names.delete(sessionId));
  }

  #tell(service: AnyInterpreter, event: string, state: AnyState): void {
    if (!this.#trace.observed) return;
    const by = this.#names.get(state._event.origin ?? '');
    const told = { type: 'transition', machine: nameOf(service), event, state: stateName(state) } as const;
    this.#trace.next(by === undefined ? told : { ...told, by });
  }
}

/** What a reader of the log calls a machine. */
function nameOf({ machine, machine: { context } }: AnyInterpreter): string {
  switch (machine.id) {
    case 'roomSession':
      return 'room session';
    case 'forwardLink':
      return 'forward link search';
    case 'link':
      return `link ${context.id}`;
    case 'poke':
      return context.id;
    default:
      return machine.id;
  }
}

/** The innermost states; those of the user machine as the assignment's diagram has them. */
function stateName(state: AnyState): string {
  const places: string[] = state.toStrings();
  const innermost = places.filter((place) => !places.some((other) => other.startsWith(`${place}.`)));
  return innermost.map((place) => place.replace('IN_ROOM.', '')).join(' ');
}
