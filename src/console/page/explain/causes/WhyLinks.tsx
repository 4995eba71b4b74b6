/** Asks why a peer has the links that it has: for the causes of the last change of them. */
import { useMemo } from 'react';
import { viewAt } from '../../state/moment.ts';
import { usePage } from '../../state/page-store.ts';
import { EMPTY_VIEW, type PastStatus } from '../../state/peer-view.ts';

/** Serial of the last change of a peer's links; `null` where none is known. */
function lastLinkChange(past: readonly PastStatus[]): number | null {
  let [last, links]: [number | null, string] = [null, ''];
  for (const { serial, status } of past) {
    if (status === null) continue;
    const now = status.links.map(({ id }) => id).join();
    if (now !== links) last = serial;
    links = now;
  }
  return last;
}

export function WhyLinks({ peer, name }: { readonly peer: string; readonly name: string }) {
  const view = usePage(({ views }) => views[peer] ?? EMPTY_VIEW);
  const moment = usePage((page) => page.moment);
  const ask = usePage((page) => page.ask);
  const serial = useMemo(() => lastLinkChange(viewAt(view, moment).past), [view, moment]);
  if (serial === null) return null;
  return (
    <button type="button" className="why" aria-label={`Why these links? ${name}`} onClick={() => ask(serial)}>
      Why these links?
    </button>
  );
}
