/**
 * Values of contexts and events as JSON: actors by their names, long texts and lists by their beginnings.
 */
import type { Plain } from './entry.ts';

const TEXT_MAX_CHARACTERS = 2_048;
const ITEMS_MAX = 64;
const DEPTH_MAX = 8;

/** What a value is, as JSON. Never throws, however deep or round the value is. */
export function plainOf(value: unknown, depth = 0): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return shortened(value);
  if (typeof value !== 'object') return String(value);
  if (isActor(value)) return { actor: value.id };
  if (value instanceof Error) return { error: shortened(value.message) };
  if (depth >= DEPTH_MAX) return '…';
  if (Array.isArray(value)) return listOf(value, depth);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined && typeof each !== 'function')
      .map(([key, each]) => [key, plainOf(each, depth + 1)]),
  );
}

function shortened(text: string): string {
  return text.length > TEXT_MAX_CHARACTERS ? `${text.slice(0, TEXT_MAX_CHARACTERS - 1)}…` : text;
}

function listOf(items: readonly unknown[], depth: number): Plain {
  const shown = items.slice(0, ITEMS_MAX).map((item) => plainOf(item, depth + 1));
  return items.length > ITEMS_MAX ? [...shown, `… ${items.length - ITEMS_MAX} more`] : shown;
}

function isActor(value: object): value is { readonly id: string } {
  return 'id' in value && 'send' in value && typeof value.send === 'function';
}

/** A state as a path: `IN_ROOM.JOINED`; regions side by side with a blank between them. */
export function stateWords(state: Plain): string {
  if (typeof state === 'string') return state;
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return '';
  return Object.entries(state)
    .map(([name, inner]) => {
      const below = stateWords(inner);
      return below === '' ? name : `${name}.${below}`;
    })
    .join(' ');
}
