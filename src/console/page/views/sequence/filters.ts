/** Which frames are shown: by kind and by party. Pure. */
import type { ConsoleFrame } from '../../../feed/messages.ts';
import { readSearch } from '../search/search.ts';
import { type Encounters, partyName, SERVER_KEY } from './diagram/parties.ts';
import { searchedFrame } from './searched-frame.ts';

/** The kinds of rows: those of frames, and in the whole room connections and events of machines. */
export type RowKind = ConsoleFrame['kind'] | 'CONNECTION' | 'EVENT';

/**
 * What the user has chosen. A kind that was never seen before is shown, hence the hidden ones are remembered.
 */
export interface FrameFilter {
  readonly hiddenKinds: ReadonlySet<RowKind>;
  /** Key of the only party that is shown; `null` for all. */
  readonly party: string | null;
  /** What was typed to be searched for (search.ts). */
  readonly search: string;
}

/** Of machines there is far more than of frames: their events are shown when they are asked for. */
export const NO_FILTER: FrameFilter = { hiddenKinds: new Set(['EVENT']), party: null, search: '' };

/** True where something is left out that is shown at first. */
export function isFiltered({ hiddenKinds, party, search }: FrameFilter): boolean {
  return party !== null || search !== '' || [...hiddenKinds].some((kind) => kind !== 'EVENT');
}

/** A frame that is shown, with the key of who is at its other end. */
export interface ShownFrame {
  readonly frame: ConsoleFrame;
  readonly partyKey: string;
  /** What that one is called. */
  readonly partyName: string;
  /** A message that the peer had already, and has dropped. */
  readonly isDuplicate: boolean;
  /** How many KEEPALIVEs the row stands for; 0 for a frame that is shown itself. */
  readonly keepalives: number;
}

/** A kind or a party with the number of its frames. */
export interface Counted<Key extends string = string> {
  readonly key: Key;
  readonly name: string;
  readonly frames: number;
}

/** All kinds, in the order in which a newcomer meets them. */
const KINDS: readonly RowKind[] = [
  'LIST',
  'GROUPS',
  'JOIN',
  'MEMBERS',
  'FAIL',
  'HANDSHAKE',
  'HANDSHAKE OK',
  'TEXT',
  'POKE',
  'ACK',
  'DEPART',
  'DEPART OK',
  'MALFORMED',
  'CONNECTION',
  'EVENT',
];

/** The kinds that there are rows of, with their counts, whatever is hidden. */
export function countKinds(rows: readonly { readonly kind: RowKind }[]): readonly Counted<RowKind>[] {
  const counts = new Map<RowKind, number>();
  for (const { kind } of rows) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return KINDS.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [{ key: kind, name: kind, frames: count }];
  });
}

/** The parties that there are frames of: the room server first, then by name. */
export function countParties({ byKey }: Encounters): readonly Counted[] {
  return [...byKey.values()]
    .map(({ key, party, frames }) => ({ key, name: partyName(party), frames }))
    .sort((left, right) => {
      const byRank = Number(right.key === SERVER_KEY) - Number(left.key === SERVER_KEY);
      return byRank || left.name.localeCompare(right.name) || (left.key < right.key ? -1 : 1);
    });
}

/** The frames that pass, in their order. @param duplicates serials of the messages that were dropped. */
export function filterFrames(
  frames: readonly ConsoleFrame[],
  { keys, byKey }: Encounters,
  { hiddenKinds, party, search }: FrameFilter,
  duplicates: ReadonlySet<number>,
): readonly ShownFrame[] {
  const shown: ShownFrame[] = [];
  const passes = readSearch(search);
  frames.forEach((frame, index) => {
    const partyKey = keys[index] ?? '';
    if (hiddenKinds.has(frame.kind) || (party !== null && party !== partyKey)) return;
    const encounter = byKey.get(partyKey);
    const name = encounter ? partyName(encounter.party) : '';
    if (!passes(searchedFrame(frame, [name]))) return;
    const isDuplicate = duplicates.has(frame.serial);
    shown.push({ frame, partyKey, partyName: name, isDuplicate, keepalives: 0 });
  });
  return shown;
}
