/** Why a peer has the links that it has, in sentences, from its member list. Pure. */
import { harmlessOnPage } from '../../../words/harmless.ts';
import type { PeerView } from '../state/peer-view.ts';

type Members = PeerView['members'];
type Listed = Members[number];

function nameOf({ user }: Listed): string {
  return harmlessOnPage(user);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The others in the order in which a peer looks for its forward link: those behind it on the ring first. */
export function searchOrder(members: Members): Members {
  const own = members.findIndex(({ isSelf }) => isSelf);
  return own < 0 ? [] : [...members.slice(own + 1), ...members.slice(0, own)];
}

function whyForward(order: Members, forward: Listed): string[] {
  const before = order.slice(0, order.indexOf(forward));
  const linked = before.filter(({ links }) => links.includes('backward'));
  const others = before.filter(({ links }) => !links.includes('backward'));
  const name = nameOf(forward);
  return [
    `The forward link is to ${name}: a peer dials the members behind it on the ring, one after the other, and stays with the first that answers.`,
    ...(before.length === 0 ? [`${name} is the next one on the ring.`] : []),
    ...(linked.length === 0
      ? []
      : [
          `${listed(linked.map(nameOf))} would have come before, but had dialled this peer already: a second link to the same member would carry nothing new.`,
        ]),
    ...(others.length === 0
      ? []
      : [
          `${listed(others.map(nameOf))} would have come before, but did not answer when it was dialled, or has joined since. Nobody changes a link that works for somebody who joins.`,
        ]),
  ];
}

/** @param members of the peer, in HID order, with the marks of its links. */
export function whyLinks(members: Members): readonly string[] {
  const order = searchOrder(members);
  if (order.length === 0) return ['The peer is alone or in no room: there is nobody to link to.'];
  const forward = order.find(({ links }) => links.includes('forward'));
  const backward = order.filter(({ links }) => links.includes('backward'));
  const both = order.filter(({ links }) => links.length > 1);
  return [
    ...(forward === undefined
      ? ['It has no forward link now: nobody answers, or all others have dialled it.']
      : whyForward(order, forward)),
    ...(backward.length === 0
      ? ['Nobody has dialled this peer: it has no backward link.']
      : [
          `Backward links are from ${listed(backward.map(nameOf))}: ${backward.length === 1 ? 'it has' : 'they have'} chosen this peer as forward link.`,
        ]),
    ...both.map(
      (member) =>
        `There are two links with ${nameOf(member)}: each dialled the other at the same time. One of them is given up.`,
    ),
  ];
}
