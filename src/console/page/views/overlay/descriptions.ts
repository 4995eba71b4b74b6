/**
 * The overlay in words: for the line beside the ring, for menus, for the table that screen readers have.
 * Pure. Names come from the network and are made harmless here.
 */
import { diameterOf, neighbourLists, piecesOf } from '../../../../overlay/pieces.ts';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { floodFacts } from './floods/flood-schedule.ts';
import type { Flood } from './floods/floods.ts';
import type { Overlay, RingLink, RingMember } from './overlay.ts';
import { neighboursOf } from './ring/link-kinds.ts';

const NAMES_MAX = 6;

/** The overlay in words; of a single peer only its own links are known. */
export function describeOverlay(overlay: Overlay, own: number): string {
  const { members, links, isWhole } = overlay;
  if (members.length === 0) return '';
  if (isWhole && members.length > 1) return describePieces(members, links);
  const { forward, backward } = neighboursOf(links, own);
  const linked = `${plural(forward.length, 'forward link')} and ${plural(backward.length, 'backward link')}`;
  const rest = isWhole ? '' : ' A peer knows its own links only: those among the others are not drawn.';
  return `${plural(members.length, 'member')}. The selected peer has ${linked}.${rest}`;
}

/** How it hangs together: `One piece: 5 members, 7 links, diameter 2.` */
function describePieces(members: readonly RingMember[], links: readonly RingLink[]): string {
  const sound = links.filter(({ isSound }) => isSound);
  const neighbours = neighbourLists(sound.map(({ from, to }) => [from, to]));
  const living = members.flatMap(({ isAlive }, index) => (isAlive ? [index] : []));
  const sizes = piecesOf(living, neighbours).map(({ length }) => length);
  const dead = members.filter(({ isAlive }) => !isAlive).length;
  const alive = plural(members.length - dead, 'member');
  const rest = `${plural(sound.length, 'link')}, diameter ${diameterOf(living, neighbours)}${dead > 0 ? `; ${dead} killed` : ''}.`;
  if (sizes.length === 0) return 'Nobody is alive in the room.';
  if (sizes.length === 1) return `One piece: ${alive}, ${rest}`;
  return `${sizes.length} pieces of ${sizes.join(' + ')} members, ${rest}`;
}

/** `1 link`, `2 links`. */
function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A message's way. How many there were to be reached is not said: they may have gone since. */
export function describeFlood(flood: Flood, { members, isWhole }: Overlay): string {
  const { reached, hops, duplicates, tookMs } = floodFacts(flood);
  const origin = members.find(({ hid }) => hid === flood.originHid)?.user ?? flood.originHid;
  const name = `Message #${flood.msgId} of ${harmlessOnPage(origin)}`;
  if (!isWhole) return `${name} was seen on ${plural(flood.hops.length, 'link')} of this peer.`;
  const dropped = duplicates === 0 ? 'no duplicate' : `${plural(duplicates, 'duplicate')} dropped`;
  if (flood.isPartial) {
    const seen = `${plural(reached, 'other')} and ${plural(hops, 'hop')}`;
    return `${name} was seen in part only, because too much happened at one time: ${seen} of its way.`;
  }
  const way = `${plural(hops, 'hop')} and ${tookMs} ms`;
  return `${name} reached ${plural(reached, 'other')} in ${way}; ${dropped}.`;
}

/** A member's state and its links, in words. */
export function describeMember(overlay: Overlay, index: number): string {
  const member = overlay.members[index];
  if (!member) return '';
  if (!member.isAlive) return 'Killed.';
  const { forward, backward } = neighboursOf(overlay.links, index);
  const parts = [
    ...(member.isSplitOff ? ['split off from all others'] : []),
    ...(forward.length > 0 ? [`forward link to ${namesOf(overlay, forward)}`] : []),
    ...(backward.length > 0 ? [`backward links from ${namesOf(overlay, backward)}`] : []),
  ];
  if (forward.length + backward.length === 0)
    parts.push(overlay.isWhole ? 'no link' : 'no link that is known here');
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function namesOf({ members }: Overlay, indices: readonly number[]): string {
  const names = indices.slice(0, NAMES_MAX).map((index) => harmlessOnPage(members[index]?.user ?? ''));
  const more = indices.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
