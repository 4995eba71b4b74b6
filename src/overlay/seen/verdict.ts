/**
 * What is made of a message, as a decision table. A message is known by its origin, its ID and its content
 * (PROTOCOL.md, Flooding). The same program started anew has the same HID and counts from 0 again: this is
 * another *incarnation*, whose messages are new under IDs that are known. Nothing on the wire tells two
 * incarnations apart, so the verdict is what the signs of a new one allow.
 *
 * | the ID is         | its content was heard | steady    | suspected | away      | confirmed |
 * |-------------------|-----------------------|-----------|-----------|-----------|-----------|
 * | not known         | never                 | new       | new       | new       | new       |
 * | not known         | only others were      | new       | new       | new       | new       |
 * | next or lower     | long ago              | new       | new       | new       | new       |
 * | further ahead     | long ago              | duplicate | duplicate | duplicate | new       |
 * | not known         | lately                | duplicate | duplicate | duplicate | new       |
 * | known             | never                 | undecided | new       | undecided | new       |
 * | known             | only others were      | new       | new       | new       | new       |
 * | known             | lately                | duplicate | duplicate | duplicate | new       |
 * | known             | since the handshake   | duplicate | duplicate | duplicate | duplicate |
 * | known, 0 or 1     | long ago              | undecided | new       | undecided | new       |
 * | known, 2 or more  | long ago              | undecided | undecided | undecided | new       |
 *
 * - An ID is known where the present incarnation was heard with it; the next is one more than its highest.
 *   What is new under a known ID begins a new incarnation.
 * - Contents are those under this ID. Lately is within the recent memory (seen-cache.ts), long ago is before
 *   that, in whichever incarnation. A content that was not heard, or is forgotten, was never heard.
 * - Suspected: a lower count in a handshake, or the member list, allows a new incarnation. Away: the list
 *   does not have the origin, so what its return means is still open; this outweighs a suspicion. Steady:
 *   neither.
 * - Confirmed: the message comes from its origin itself, over a link whose handshake told a lower count than
 *   was heard (for longer than a message is on its way), and is none that was heard from this incarnation.
 *   What was heard since that handshake, or a moment before it, was a copy over a faster link.
 *
 * Why: the very same under the same ID within minutes is taken for a copy, whatever is suspected: somebody
 * asleep, or a clogged link, may have had it in a buffer. A content of long ago begins an incarnation only
 * where it is a first message (other implementations begin with 0), and under an ID that is further ahead
 * than the present incarnation counts it is one of the past.
 */
import { nextId, type Origin } from './origin.ts';

/** What is made of a message; undecided ones are asked again, as `isSettled`, when a fresh list has come. */
export type SeenVerdict = 'new' | 'duplicate' | 'undecided';

/**
 * The content of a message beside those that were heard under its ID: nothing is remembered; the same lately
 * (or so many others a moment ago that this one counts as that); the same since a handshake that has
 * confirmed a new incarnation; the same long ago; others only.
 */
export type Likeness = 'never' | 'lately' | 'since the handshake' | 'long ago' | 'others';

/** The columns of the table. */
type Column = 'steady' | 'suspected' | 'away' | 'confirmed';
type Row = Readonly<Record<Column, SeenVerdict>>;

const NEW: Row = { steady: 'new', suspected: 'new', away: 'new', confirmed: 'new' };
const COPY: Row = { steady: 'duplicate', suspected: 'duplicate', away: 'duplicate', confirmed: 'duplicate' };
const HEARD: Row = { ...COPY, confirmed: 'new' };
const FIRST_WORDS: Row = { steady: 'undecided', suspected: 'new', away: 'undecided', confirmed: 'new' };
const LATER_WORDS: Row = { ...FIRST_WORDS, suspected: 'undecided' };

/** The first message of an incarnation has this ID at most: other implementations begin with 0. */
const FIRST_ID_MAX = 1;

/**
 * The verdict of the table.
 * @param isOfNewIncarnation it comes from its origin itself, over a link whose handshake told that it counts
 * anew.
 */
export function verdictOf(
  origin: Origin,
  msgId: number,
  likeness: Likeness,
  isOfNewIncarnation: boolean,
): SeenVerdict {
  return rowOf(origin, msgId, likeness)[columnOf(origin, msgId, isOfNewIncarnation)];
}

function rowOf(origin: Origin, msgId: number, likeness: Likeness): Row {
  const isKnown = origin.ids.has(msgId);
  switch (likeness) {
    case 'never':
      return isKnown ? FIRST_WORDS : NEW;
    case 'others':
      return NEW;
    case 'lately':
      return HEARD;
    case 'since the handshake':
      return COPY;
    case 'long ago':
      if (isKnown) return msgId <= FIRST_ID_MAX ? FIRST_WORDS : LATER_WORDS;
      return msgId > nextId(origin) ? HEARD : NEW;
  }
}

function columnOf(
  { ids, isSuspected, isConfirmed, isAway }: Origin,
  msgId: number,
  isOfNewIncarnation: boolean,
): Column {
  // Of what it says after its first message, the IDs that are not known are of the confirmed incarnation.
  if (isOfNewIncarnation && (isConfirmed || !ids.has(msgId))) return 'confirmed';
  if (isAway) return 'away';
  return isSuspected ? 'suspected' : 'steady';
}
