/**
 * What has changed in a machine's context from one step to the next: fields with their values before and
 * after, and of lists what has come and gone. Pure.
 *
 * Invariants: at most `contextChangesMax` changes, each value at most `changeMaxCharacters`; equal
 * contexts have none.
 */
import { PAGE_LIMITS } from '../../limits.ts';

/** One change; `null` is what was not there before, or is not there any more. */
export interface ContextChange {
  /** `elders`, `links.forward-1`, … */
  readonly path: string;
  /** JSON, cut where it is long. */
  readonly before: string | null;
  readonly after: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string | null {
  const text = JSON.stringify(value);
  if (text === undefined) return null;
  const { changeMaxCharacters } = PAGE_LIMITS;
  return text.length <= changeMaxCharacters ? text : `${text.slice(0, changeMaxCharacters - 1)}…`;
}

/** What one list has that the other has not, each as often as it does. */
function beyond(list: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of other) left.set(text, (left.get(text) ?? 0) + 1);
  return list.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

function listChanges(path: string, before: readonly unknown[], after: readonly unknown[]): ContextChange[] {
  const texts = (list: readonly unknown[]) => list.map((value) => shown(value) ?? 'null');
  const [old, now] = [texts(before), texts(after)];
  const gone = beyond(old, now).map((text) => ({ path, before: text, after: null }));
  const come = beyond(now, old).map((text) => ({ path, before: null, after: text }));
  if (gone.length + come.length > 0) return [...gone, ...come];
  return [{ path: `${path} (order)`, before: shown(before), after: shown(after) }];
}

function collect(path: string, before: unknown, after: unknown, changes: ContextChange[]): void {
  if (changes.length >= PAGE_LIMITS.contextChangesMax || JSON.stringify(before) === JSON.stringify(after))
    return;
  if (isFields(before) && isFields(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      collect(path === '' ? name : `${path}.${name}`, before[name], after[name], changes);
  } else if (Array.isArray(before) && Array.isArray(after)) changes.push(...listChanges(path, before, after));
  else changes.push({ path, before: shown(before), after: shown(after) });
}

/** The changes, in the order of the fields. Both are plain JSON. */
export function contextChanges(before: unknown, after: unknown): readonly ContextChange[] {
  const changes: ContextChange[] = [];
  collect('', before, after, changes);
  return changes.slice(0, PAGE_LIMITS.contextChangesMax);
}
