/**
 * Signs on the lifelines of the whole room: what became of connections, as the log has it of each of their
 * ends, and, where they are asked for, the events of machines. Pure.
 *
 * Invariant: the order of a mark is its serial, which is that of frames.
 */
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import type { ConsoleConnection, ConsoleHappening } from '../../../../feed/messages.ts';
import type { Step } from '../../../inspection/actor.ts';
import { eventWords } from '../../../inspection/chart.ts';
import { moveWords } from '../../../inspection/move-words.ts';
import type { Searched } from '../../search/search.ts';
import { searchedStep } from '../../search/searched-step.ts';
import type { RoomPeer } from './passages.ts';

/**
 * The signs: a connection is open; it was closed; it broke, or was reset; a connect was in vain; an event.
 */
export type MarkSign = 'up' | 'closed' | 'broken' | 'refused' | 'event';

/** A sign on a lifeline. */
export interface MarkRow {
  readonly type: 'mark';
  readonly kind: 'CONNECTION' | 'EVENT';
  readonly order: number;
  readonly atMs: number;
  readonly peer: RoomPeer;
  readonly sign: MarkSign;
  readonly word: string;
  readonly text: string;
  searched(): Searched;
}

/** Dialling and hanging up are seen by what comes of them. */
type Fate = Exclude<ConsoleConnection['what'], 'opening' | 'ending'>;

const SIGNS: Readonly<Record<Fate, readonly [sign: MarkSign, word: string]>> = {
  opened: ['up', 'OPEN'],
  accepted: ['up', 'OPEN'],
  refused: ['refused', 'REFUSED'],
  failed: ['refused', 'FAILED'],
  closed: ['closed', 'CLOSED'],
  reset: ['broken', 'RST'],
  broken: ['broken', 'BROKEN'],
};

/** What stands beside the word: with whom, and who has done it. */
function wordsOf({ what, by, reason }: ConsoleConnection, name: string): string {
  const why = reason === null ? '' : `: ${reason}`;
  switch (what) {
    case 'accepted':
      return `from ${name}`;
    case 'refused':
      return `by ${name}`;
    case 'closed':
    case 'reset':
      return by === 'there' ? `by ${name}` : `to ${name}`;
    default:
      return `to ${name}${what === 'opened' ? '' : why}`;
  }
}

/**
 * What the addresses are called at which connections begin and end: those of the peers, those that they dial
 * from, and the room server's.
 */
function namesOf(
  happenings: readonly ConsoleHappening[],
  byId: ReadonlyMap<string, RoomPeer>,
  roomServer: string,
): ReadonlyMap<string, string> {
  const names = new Map([[roomServer, 'room server']]);
  for (const { address, name } of byId.values()) if (address !== null) names.set(address, name);
  for (const { peer, connection } of happenings) {
    const name = byId.get(peer)?.name;
    if (connection?.what === 'opened' && name !== undefined) names.set(connection.local, name);
  }
  return names;
}

/** What became of the connections of these peers. @param roomServer its address. */
export function connectionMarks(
  happenings: readonly ConsoleHappening[],
  peers: readonly RoomPeer[],
  roomServer: string,
): readonly MarkRow[] {
  const byId = new Map(peers.map((peer) => [peer.id, peer]));
  const names = namesOf(happenings, byId, roomServer);
  return happenings.flatMap(({ serial, atMs, peer: id, connection }): MarkRow[] => {
    const peer = byId.get(id);
    if (!peer || !connection || connection.what === 'opening' || connection.what === 'ending') return [];
    const [sign, word] = SIGNS[connection.what];
    const other = names.get(connection.remote) ?? connection.remote;
    const text = wordsOf(connection, other);
    const searched = (): Searched => ({
      kind: 'CONNECTION',
      names: [peer.name, other],
      links: [],
      atMs,
      message: null,
      text: () => `${word} ${text} ${connection.reason ?? ''}`.toLowerCase(),
    });
    return [{ type: 'mark', kind: 'CONNECTION', order: serial, atMs, peer, sign, word, text, searched }];
  });
}

/** The events of these peers' machines. */
export function eventMarks(steps: readonly Step[], peers: readonly RoomPeer[]): readonly MarkRow[] {
  const byId = new Map(peers.map((peer) => [peer.id, peer]));
  return steps.flatMap((step): MarkRow[] => {
    const peer = byId.get(step.peer);
    if (!peer || step.kind !== 'event') return [];
    const { serial: order, atMs, actor, event } = step;
    const word = harmlessOnPage(eventWords(event));
    const text = `${actor}: ${moveWords(step)}`;
    const searched = () => searchedStep(step, [peer.name]);
    return [{ type: 'mark', kind: 'EVENT', order, atMs, peer, sign: 'event', word, text, searched }];
  });
}
