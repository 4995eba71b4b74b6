/** Which states of a chart a machine is in, what it takes there, and how that is said in a line. Pure. */
import type { StateValue } from 'xstate';
import type { ChartState } from './chart.ts';

/** Ids of all active states, the root and every compound one around them included. */
export function activeStates(chart: ChartState, value: StateValue): ReadonlySet<string> {
  const ids = new Set([chart.id]);
  if (typeof value === 'string') {
    const inner = chart.states.find(({ key }) => key === value);
    if (inner) ids.add(inner.id);
    return ids;
  }
  for (const [key, innerValue] of Object.entries(value)) {
    const inner = chart.states.find((state) => state.key === key);
    if (inner === undefined || innerValue === undefined) continue;
    for (const id of activeStates(inner, innerValue)) ids.add(id);
  }
  return ids;
}

/** A state value in a line: `NAMED.IDLE`, `OPEN.LINKED (listing.LISTED, life.WATCHING)`. */
export function valueWords(value: StateValue): string {
  if (typeof value === 'string') return value;
  const parts = Object.entries(value).map(([key, inner]) => {
    const words = inner === undefined ? '' : valueWords(inner);
    if (words === '') return key;
    return words.startsWith('(') ? `${key} ${words}` : `${key}.${words}`;
  });
  return parts.length === 1 ? (parts[0] ?? '') : parts.length === 0 ? '' : `(${parts.join(', ')})`;
}

/** Types of the events that some active state has a transition for, sorted. */
export function acceptedEvents(chart: ChartState, value: StateValue): readonly string[] {
  const active = activeStates(chart, value);
  const types = new Set<string>();
  const collect = (state: ChartState) => {
    if (!active.has(state.id)) return;
    for (const { event } of state.arrows) if (event !== '') types.add(event);
    state.states.forEach(collect);
  };
  collect(chart);
  return [...types].sort();
}
