/**
 * The user machine as a pure function, for the tours of the real thing: where alice must be after each event,
 * and which lines of her windows come from this machine.
 */
import type { AnyState, AnyStateMachine } from 'xstate';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import type { UserEvent, UserPorts } from '../../../src/machines/user/events.ts';
import { createUserMachine } from '../../../src/machines/user/machine.ts';
import { toMember } from '../../../src/overlay/member.ts';
import { refusalOf } from '../../../src/peer/own-text.ts';
import { describe } from '../../../src/words/notices.ts';
import { placeOf } from '../alone.ts';
import type { Coverage } from '../coverage.ts';
import { Surroundings } from '../surroundings.ts';
import { type Cast, listed, STAGE_LIMITS } from './stage.ts';

const LIMITS = { ...PEER_LIMITS, ...STAGE_LIMITS };

/** The links that are up in a state, by id: a peer has them in a table beside its machine. */
const UP = new WeakMap<AnyState, ReadonlySet<string>>();

const NONE: ReadonlySet<string> = new Set();

/** How many links are up in a state. */
export function linksUp(state: AnyState): number {
  return (UP.get(state) ?? NONE).size;
}

/** What makes a state one of the tour: where it is, and how many links it has there. */
export function placeIn(state: AnyState): string {
  return state.done ? placeOf(state) : `${placeOf(state)}, ${linksUp(state)} links`;
}

/** Links that are up after this event, when those were before. */
function upAfter(up: ReadonlySet<string>, event: UserEvent): ReadonlySet<string> {
  const without = (lost: string) => new Set([...up].filter((link) => link !== lost));
  switch (event.type) {
    case 'FORWARD_LINKED':
      return new Set([...up, 'forward']);
    case 'FORWARD_LOST':
      return without('forward');
    case 'BACKWARD_LINKED':
      return new Set([...up, event.link]);
    case 'BACKWARD_LOST':
      return without(event.link);
    default:
      return up;
  }
}

/**
 * The state of the assignment's diagram, and what stands within it: what is told of a peer does not name the
 * room.
 */
export function toldState(state: AnyState): string {
  return placeOf(state).replace('IN_ROOM.', '');
}

/** Alice's user machine, as it should be. */
export class UserModel {
  readonly cast: Cast;
  readonly machine: AnyStateMachine;
  /** Lines that this machine has shown, in order. */
  lines: string[] = [];
  /** What it was told, with the state that was reached. */
  events: string[] = [];
  state: AnyState;
  /** Links that are up while an event is handled. */
  #up: ReadonlySet<string> = NONE;

  constructor(cast: Cast, coverage?: Coverage) {
    this.cast = cast;
    this.machine = this.#build();
    coverage?.watch(this.machine);
    this.state = this.machine.initialState;
  }

  get place(): string {
    return placeIn(this.state);
  }

  get isOver(): boolean {
    return this.state.done === true;
  }

  is(place: string): boolean {
    return this.state.matches(place);
  }

  get isInRoom(): boolean {
    return this.is('IN_ROOM');
  }

  /** One of the backward links, the newest, by its id. */
  get newestLink(): string {
    return Object.keys(this.state.context.backward).at(-1) ?? 'none';
  }

  send(event: UserEvent): void {
    if (this.isOver) return;
    this.#up = upAfter(UP.get(this.state) ?? NONE, event);
    this.state = this.machine.transition(this.state, event, undefined, (action, context, { data }) => {
      const exec: unknown = action.exec;
      if (!action.type.startsWith('xstate.') && typeof exec === 'function') exec(context, data, { action });
    });
    UP.set(this.state, this.#up);
    this.events.push(`${event.type} → ${toldState(this.state).split('.')[0]}`);
  }

  #build(): AnyStateMachine {
    const { cast } = this;
    const surroundings = new Surroundings({});
    const child = surroundings.machine(() => 'child') as unknown;
    const others = listed(cast).slice(1);
    return createUserMachine({
      limits: LIMITS,
      report: (notice) => this.lines.push(`[cmd] ${describe(notice)}`),
      sessionMachine: child as UserPorts['sessionMachine'],
      forwardLinkMachine: child as UserPorts['forwardLinkMachine'],
      linkMachine: child as UserPorts['linkMachine'],
      pokeMachine: child as UserPorts['pokeMachine'],
      connectivityMachine: child as UserPorts['connectivityMachine'],
      endpoint: surroundings.service('endpoint'),
      addresses: surroundings.service('addresses'),
      backwardLinksOf: () => [],
      nowMs: () => 0,
      isLinkUp: () => false,
      linksUp: () => this.#up.size,
      backwardLinksUp: () => this.#up.size,
      leadsHere: () => false,
      canReach: () => true,
      membersNamed: (user) =>
        listed(cast)
          .filter((member) => member.user === user)
          .map(toMember),
      nicknames: () => others.map(({ user }) => user),
      refusalOf: (text) => refusalOf(text, false, LIMITS),
      keepsUnsent: () => false,
      flood: (texts) => {
        for (const text of texts) this.lines.push(`[msg] ${cast.alice.user}: ${text}`);
      },
      tellFault: () => {},
      dropConnection: () => {},
    });
  }
}
