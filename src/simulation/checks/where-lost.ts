/**
 * Where a message was lost: who had it, and over which links it should have gone on to those who have missed
 * it. Only for the explanation of a violation.
 */

import type { SimulatedPeer } from '../simulated-peer.ts';
import type { LinkBook, LinkSpan } from './link-book.ts';
import type { MessageLedger } from './message-ledger.ts';

/** Links that are named; more are counted. */
const NAMED_MAX = 6;

/** What the explanation is made of. */
interface Lost {
  readonly content: string;
  readonly missing: readonly SimulatedPeer[];
  readonly peers: readonly SimulatedPeer[];
  readonly ledger: MessageLedger;
  readonly book: LinkBook;
}

/** One link over which it could have gone. */
interface Edge {
  readonly from: SimulatedPeer;
  readonly to: SimulatedPeer;
  readonly hadMs: number;
  readonly spans: readonly LinkSpan[];
}

/** The last that had it, and what joined them with those who have not, as one or two sentences. */
export function whereLost(lost: Lost): string {
  const { content, peers, ledger, missing } = lost;
  const holders = peers.flatMap((peer) => {
    const had = peer.isAlive ? ledger.showing(content, peer.index, peer.incarnation) : undefined;
    return had ? [{ peer, hadMs: had.atMs }] : [];
  });
  const edges = holders.flatMap(({ peer, hadMs }) =>
    missing.map((to): Edge => ({ from: peer, to, hadMs, spans: spansAfter(lost, peer, to, hadMs) })),
  );
  const joined = edges.filter(({ spans }) => spans.length > 0);
  if (joined.length > 0) {
    const named = joined.slice(0, NAMED_MAX).map(edgeWords).join('; ');
    const more = joined.length > NAMED_MAX ? `; and ${joined.length - NAMED_MAX} more links` : '';
    return `It was not passed on: ${named}${more}.`;
  }
  const last = holders.toSorted((left, right) => right.hadMs - left.hadMs).slice(0, NAMED_MAX);
  const names = last.map(({ peer, hadMs }) => `${peer.name} (since ${hadMs})`).join(', ');
  return `The last that had it are ${names || 'nobody'}, and no link has joined them with those who have missed it since.`;
}

function spansAfter({ book }: Lost, from: SimulatedPeer, to: SimulatedPeer, hadMs: number): LinkSpan[] {
  return book.between(from.index, to.index).filter(({ downMs }) => downMs >= hadMs);
}

function edgeWords({ from, to, hadMs, spans }: Edge): string {
  const links = spans.map(({ owner, isForward, upMs, downMs }) => {
    const dialled = (owner === from.index) === isForward ? from.name : to.name;
    const seenBy = owner === from.index ? from.name : to.name;
    const until = downMs === Number.POSITIVE_INFINITY ? 'the end' : String(downMs);
    return `${dialled}'s dialling, ${upMs} to ${until} as ${seenBy} saw it`;
  });
  return `${from.name} had it at ${hadMs} and was linked with ${to.name} (${links.join(', ')})`;
}
