/**
 * Which transitions of a statechart the tests have taken. All of them are collected from the machine's
 * definition (every alternative of every event, delay and `always`), and each is given one more action, which
 * notes that it was taken: so microsteps are seen too, which XState's own `state.transitions` forgets.
 */
import { getStateNodes } from '@xstate/graph';
import type { AnyStateMachine } from 'xstate';

type Node = Pick<AnyStateMachine, 'path' | 'transitions'>;
type Transition = Node['transitions'][number];

const TAKEN = 'coverage.taken';

/** The transitions of one statechart, over all machines that were built from it. */
export class Coverage {
  readonly #all = new Set<string>();
  readonly #taken = new Set<string>();

  /** Watches a machine that has not been started yet: its interpreter notes what it takes. */
  watch<Machine extends AnyStateMachine>(machine: Machine): Machine {
    this.#watchNode(machine);
    for (const node of getStateNodes(machine)) this.#watchNode(node);
    return machine;
  }

  /** Every transition that nobody has taken, in the order of the chart. */
  missed(): string[] {
    if (this.#all.size === 0) throw new Error('no machine with a transition was watched');
    return [...this.#all].filter((name) => !this.#taken.has(name));
  }

  #watchNode(node: Node): void {
    for (const transition of node.transitions) {
      const name = nameOf(node, transition);
      this.#all.add(name);
      transition.actions.push(Object.assign(() => this.#taken.add(name), { type: TAKEN }));
    }
  }
}

/** As a reader of the chart would say it; a second alternative of the same words has a number. */
function nameOf(node: Node, transition: Transition): string {
  const from = node.path.join('.') || '(everywhere)';
  const event = transition.eventType === '' ? 'at once' : `on ${transition.eventType}`;
  const guard = transition.cond ? ` if ${transition.cond.name}` : '';
  const to = transition.target?.map((target) => target.path.join('.')).join() ?? '(stays)';
  const place = node.transitions.filter(({ eventType }) => eventType === transition.eventType);
  return `${from} ${event}${guard} → ${to} [${place.indexOf(transition) + 1} of ${place.length}]`;
}
