/**
 * A machine's definition as JSON, as `/inspect` tells it: what @xstate/inspect makes of it, and the values of
 * its delays, which that leaves out. Other viewers pass them over.
 */
import { stringifyMachine } from '@xstate/inspect/lib/serialize.js';
import type { AnyStateMachine } from 'xstate';

/**
 * @param replacer as `JSON.stringify` takes it.
 * @returns the JSON of `StateNode.definition`, with `delays`: milliseconds by name, `null` for a delay that
 * is computed anew each time.
 */
export function definitionText(
  machine: AnyStateMachine,
  replacer?: (key: string, value: unknown) => unknown,
): string {
  const definition: unknown = JSON.parse(stringifyMachine(machine, replacer));
  const delays = Object.entries(machine.options.delays ?? {}).map(([name, delay]) => [
    name,
    typeof delay === 'number' ? delay : null,
  ]);
  return JSON.stringify({ ...(definition as object), delays: Object.fromEntries(delays) });
}
