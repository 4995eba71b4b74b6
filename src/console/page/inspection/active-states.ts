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
  // Regions side by side have no order: XState's own changes from step to step.
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = entries.map(([key, inner]) => {
    const words = inner === undefined ? '' : valueWords(inner);
    if (words === '') return key;
    return words.startsWith('(') ? `${key} ${words}` : `${key}.${words}`;
  });
  return parts.length === 1 ? (parts[0] ?? '') : parts.length === 0 ? '' : `(${parts.join(', ')})`;
}

/** The innermost states of a value, each as its way from the top: `OPEN.LINKED.life.WATCHING`. */
export function innermostStates(value: StateValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([key, inner]) => {
    const ways = inner === undefined ? [] : innermostStates(inner);
    return ways.length === 0 ? [key] : ways.map((way) => `${key}.${way}`);
  });
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

/** Types of all events that some of these machines know, sorted. */
export function eventsOf(charts: Iterable<ChartState>): readonly string[] {
  const types = new Set<string>();
  const collect = (state: ChartState) => {
    for (const { event } of state.arrows) if (event !== '' && event !== '*') types.add(event);
    state.states.forEach(collect);
  };
  for (const chart of charts) collect(chart);
  return [...types].sort();
}
