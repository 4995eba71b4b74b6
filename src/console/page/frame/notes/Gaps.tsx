/**
 * Says above a view how much of what it shows is missing: a bound has cut it, or more happened than is kept.
 */
import { useMemo } from 'react';
import type { ConsoleGap } from '../../../feed/messages.ts';
import { viewAt } from '../../state/moment.ts';
import { usePage } from '../../state/page-store.ts';
import { EMPTY_VIEW } from '../../state/peer-view.ts';
import type { Tab } from '../route.ts';

/** What each view is made of. */
const SHOWN: Readonly<Record<Tab, { readonly of: ConsoleGap['of']; readonly words: string }>> = {
  chat: { of: 'notices', words: 'lines' },
  machines: { of: 'steps', words: 'events of machines' },
  sequence: { of: 'frames', words: 'frames' },
  overlay: { of: 'frames', words: 'frames' },
  figures: { of: 'frames', words: 'frames' },
};

export function Gaps({ tab }: { readonly tab: Tab }) {
  const now = usePage(({ views, selected }) => views[selected ?? ''] ?? EMPTY_VIEW);
  const moment = usePage((page) => page.moment);
  const { gaps } = useMemo(() => viewAt(now, moment), [now, moment]);
  const cut = usePage(({ inspection, selected }) => inspection.cut.get(selected ?? ''));
  const { of, words } = SHOWN[tab];
  const told = gaps
    .filter((gap) => gap.of === of || gap.of === 'entries')
    .reduce((sum, gap) => sum + gap.missing, 0);
  // Events of machines are many: the page itself keeps only so many of all peers together.
  const missing = told + (tab === 'machines' && cut && cut.serial <= (moment ?? Infinity) ? cut.missing : 0);
  if (missing === 0) return null;
  return (
    <p className="gaps" role="note">
      {missing.toLocaleString()} {words} are missing here: more has happened than is kept.
    </p>
  );
}
