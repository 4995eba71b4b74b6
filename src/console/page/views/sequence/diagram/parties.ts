/**
 * Who is at the other end of each frame, as keys that lifelines and filters share. Pure.
 *
 * A connection whose frames begin with an address and go on with a member (its handshake has told who it is)
 * is that member's from its first frame on: else every backward link would have a lifeline of its own for its
 * first moment.
 */
import type { ConsoleFrame, Party } from '../../../../feed/messages.ts';

export const SERVER_KEY = 'room server';

/** One party, and what it had to do with this peer. */
export interface Encounter {
  readonly key: string;
  readonly party: Party;
  /** How many frames came from it or went to it. */
  readonly frames: number;
  /** Index of the first of them. */
  readonly firstAt: number;
}

/** The parties of a list of frames. */
export interface Encounters {
  /** One key per frame, in the order of the frames. */
  readonly keys: readonly string[];
  readonly byKey: ReadonlyMap<string, Encounter>;
}

/** The key of a party. */
function partyKey(party: Party): string {
  switch (party.kind) {
    case 'room server':
      return SERVER_KEY;
    case 'member':
      return memberKeyOf(party.hid);
    case 'address':
      return `address ${party.address}`;
  }
}

/** The key of a member. */
export function memberKeyOf(hid: string): string {
  return `member ${hid}`;
}

/** What a party is called. */
export function partyName(party: Party): string {
  if (party.kind === 'room server') return SERVER_KEY;
  return party.kind === 'member' ? party.user : party.address;
}

/** Finds out who was met, in one pass from the newest frame to the oldest. */
export function encountersOf(frames: readonly ConsoleFrame[]): Encounters {
  const keys = new Array<string>(frames.length);
  const byKey = new Map<string, { key: string; party: Party; frames: number; firstAt: number }>();
  const partyOfLink = new Map<string, Party>();
  for (let index = frames.length - 1; index >= 0; index -= 1) {
    const frame = frames[index] as ConsoleFrame;
    const party = partyOf(frame, partyOfLink);
    const key = partyKey(party);
    keys[index] = key;
    const known = byKey.get(key);
    if (known) {
      known.frames += 1;
      known.firstAt = index;
    } else byKey.set(key, { key, party, frames: 1, firstAt: index });
  }
  return { keys, byKey };
}

function partyOf(frame: ConsoleFrame, partyOfLink: Map<string, Party>): Party {
  const { party, via } = frame;
  if (via === 'datagram') return party;
  if (party.kind === 'member') partyOfLink.set(via, party);
  const found = party.kind === 'address' ? (partyOfLink.get(via) ?? party) : party;
  // A link's name is used again after a restart: what came before its handshake belongs to another
  // incarnation.
  if (frame.kind === 'HANDSHAKE') partyOfLink.delete(via);
  return found;
}
