/** Links and members by how they are drawn: one path for each kind, however many there are. Pure. */
import type { Overlay, RingLink, RingMember } from '../overlay.ts';

/** How a link looks: from where the selected peer stands, if it is one of its own. */
type LinkKind = 'forward' | 'backward' | 'other' | 'broken';

/** How a member's dot looks. */
type DotKind = 'linked' | 'alone' | 'split' | 'killed';

/** From the last to be painted to the first: what matters most lies on top. */
export const LINK_KINDS: readonly LinkKind[] = ['broken', 'other', 'backward', 'forward'];
export const DOT_KINDS: readonly DotKind[] = ['killed', 'alone', 'linked', 'split'];

/** The kind of a link; `own` is the selected member's index. */
export function linkKind({ from, to, isSound }: RingLink, own: number): LinkKind {
  if (!isSound) return 'broken';
  if (from === own) return 'forward';
  return to === own ? 'backward' : 'other';
}

/** The kind of each member's dot. Where links are not known, nobody is called alone for that. */
export function dotKinds({ members, links, isWhole }: Overlay): readonly DotKind[] {
  const linked = new Set(links.flatMap(({ from, to, isSound }) => (isSound ? [from, to] : [])));
  return members.map((member, index) => dotKind(member, linked.has(index) || !isWhole));
}

function dotKind({ isAlive, isSplitOff }: RingMember, isLinked: boolean): DotKind {
  if (!isAlive) return 'killed';
  if (isSplitOff) return 'split';
  return isLinked ? 'linked' : 'alone';
}

/** Whom a member is linked to, by direction as that one sees it; indices. */
export function neighboursOf(
  links: readonly RingLink[],
  index: number,
): { readonly forward: readonly number[]; readonly backward: readonly number[] } {
  return {
    forward: links.filter(({ from }) => from === index).map(({ to }) => to),
    backward: links.filter(({ to }) => to === index).map(({ from }) => from),
  };
}
