/** Above every view of a peer that is not running: so nobody takes it for the present. */
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { useIsDemo, usePage } from '../../state/page-store.ts';

export function NotRunning() {
  const peer = usePage(({ peers, selected }) => peers.find(({ id }) => id === selected));
  const user = usePage(({ views, selected }) => views[selected ?? '']?.status?.user ?? null);
  const isDemo = useIsDemo();
  const control = usePage((page) => page.control);
  if (peer === undefined || peer.isRunning) return null;
  return (
    <div className="not-running" role="status">
      <p>
        <b>{harmlessOnPage(user ?? peer.label)} is not running</b>: it was killed or has quit. What is shown
        of it is its past.
      </p>
      {isDemo ? (
        <button type="button" onClick={() => control(peer.id, 'restart')}>
          Start it again
        </button>
      ) : null}
    </div>
  );
}
