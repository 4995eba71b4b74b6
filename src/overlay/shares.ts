/**
 * Fair shares of what is bounded in total: backward links, handshakes under way, pokes, lines of the log. Two
 * rules, both pure.
 *
 * What is taken for long (a link) or counted in a second: one source may have as many as are still free. So
 * it has half of all at most, the next one half of the rest, and whoever comes later finds some.
 *
 * What is taken for a moment by strangers (a handshake under way): a newcomer is always let in, and the
 * source that has most gives way. So a flood displaces itself, and nobody has to wait for its end.
 */

/**
 * True if a source may have one more.
 * @param own how many it has.
 * @param taken how many all have together, its own included.
 */
export function hasShare(own: number, taken: number, max: number): boolean {
  return own < max - taken;
}

/** A connection whose handshake is not done. */
export interface PendingHandshake {
  readonly id: string;
  /** The address that it comes from. */
  readonly host: string;
  /** The nickname that its handshake claims; `null` until it has come. */
  readonly user: string | null;
}

/**
 * Which connection gives way to a new one. Of the address that has most with the new one counted, the
 * nickname that has most of them, where connections that have said nothing yet are one nickname (on one
 * computer all members share an address); of that the oldest. What has been there for longer gives way where
 * two have the same number.
 * @param pending the oldest first.
 * @param newHost where the new connection comes from.
 * @returns `undefined` if there is none.
 */
export function givesWay(pending: readonly PendingHandshake[], newHost: string): string | undefined {
  const hosts = pending.map(({ host }) => host);
  const heaviest = mostFrequent(hosts, newHost);
  const ofHost = pending.filter(({ host }) => host === heaviest);
  const users = ofHost.map(({ user }) => user);
  const user = mostFrequent(users, heaviest === newHost ? null : undefined);
  return ofHost.find((connection) => connection.user === user)?.id;
}

/**
 * The value that stands there most often, of several the first; `extra` counts once more where it is there.
 */
function mostFrequent<Value>(values: readonly Value[], extra: Value | undefined): Value | undefined {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? (value === extra ? 1 : 0)) + 1);
  let most: Value | undefined;
  for (const [value, count] of counts) if (count > (counts.get(most as Value) ?? 0)) most = value;
  return most;
}
