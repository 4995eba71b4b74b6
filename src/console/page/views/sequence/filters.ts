/** Which frames are shown: by kind and by party. Pure. */
import type { ConsoleFrame } from '../../../feed/messages.ts';
import { type Encounters, partyName, SERVER_KEY } from './diagram/parties.ts';

/**
 * What the user has chosen. A kind that was never seen before is shown, hence the hidden ones are remembered.
 */
export interface FrameFilter {
  readonly hiddenKinds: ReadonlySet<ConsoleFrame['kind']>;
  /** Key of the only party that is shown; `null` for all. */
  readonly party: string | null;
}

/** A frame that is shown, with the key of who is at its other end. */
export interface ShownFrame {
  readonly frame: ConsoleFrame;
  readonly partyKey: string;
  /** What that one is called. */
  readonly partyName: string;
}

/** A kind or a party with the number of its frames. */
export interface Counted<Key extends string = string> {
  readonly key: Key;
  readonly name: string;
  readonly frames: number;
}

/** All kinds, in the order in which a newcomer meets them. */
const KINDS: readonly ConsoleFrame['kind'][] = [
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
];

/** The kinds that there are frames of, with their counts, whatever is hidden. */
export function countKinds(frames: readonly ConsoleFrame[]): readonly Counted<ConsoleFrame['kind']>[] {
  const counts = new Map<ConsoleFrame['kind'], number>();
  for (const { kind } of frames) counts.set(kind, (counts.get(kind) ?? 0) + 1);
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

/** The frames that pass, in their order. */
export function filterFrames(
  frames: readonly ConsoleFrame[],
  { keys, byKey }: Encounters,
  { hiddenKinds, party }: FrameFilter,
): readonly ShownFrame[] {
  const shown: ShownFrame[] = [];
  frames.forEach((frame, index) => {
    const partyKey = keys[index] ?? '';
    if (hiddenKinds.has(frame.kind) || (party !== null && party !== partyKey)) return;
    const encounter = byKey.get(partyKey);
    shown.push({ frame, partyKey, partyName: encounter ? partyName(encounter.party) : '' });
  });
  return shown;
}
