/** Lists that never grow beyond a bound: the oldest goes for the newest. */

/** `list` with `added` behind it, without as many of the oldest as are over `most`. */
export function appendBounded<T>(list: readonly T[], added: readonly T[], most: number): readonly T[] {
  if (added.length === 0) return list;
  if (added.length >= most) return most === 0 ? [] : added.slice(-most);
  const over = list.length + added.length - most;
  return over > 0 ? [...list.slice(over), ...added] : [...list, ...added];
}
