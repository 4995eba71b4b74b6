/**
 * The page's frame: who it is, the tabs of the views, the peer that they show, and whether the program is
 * there.
 */
import { Suspense, useEffect, useMemo } from 'react';
import { Explain } from './explain/Explain.tsx';
import { Connection } from './frame/Connection.tsx';
import { Gaps } from './frame/Gaps.tsx';
import { NotRunning } from './frame/NotRunning.tsx';
import { PeerPicker } from './frame/PeerPicker.tsx';
import type { Tab } from './frame/route.ts';
import { TabList } from './frame/TabList.tsx';
import { useRoute } from './frame/use-route.ts';
import { useTitle } from './frame/use-title.ts';
import { ViewBoundary } from './frame/ViewBoundary.tsx';
import { loadViews, MachinesView, OverlayView, SequenceView } from './frame/views.ts';
import { viewAt, viewsAt } from './state/moment.ts';
import { usePage } from './state/page-store.ts';
import { EMPTY_VIEW } from './state/peer-view.ts';
import { Timeline } from './timeline/TimeBar.tsx';
import { ChatView } from './views/chat/ChatView.tsx';
import './frame/app.css';

function View({ tab }: { readonly tab: Tab }) {
  const peer = usePage(({ peers, selected }) => peers.find(({ id }) => id === selected));
  const now = usePage(({ views, selected }) => views[selected ?? ''] ?? EMPTY_VIEW);
  const moment = usePage((page) => page.moment);
  const view = useMemo(() => viewAt(now, moment), [now, moment]);
  if (peer === undefined) return <p className="nothing">No peer to show yet.</p>;
  switch (tab) {
    case 'chat':
      return <ChatView key={peer.id} peer={peer} view={view} />;
    case 'machines':
      return <MachinesView key={peer.id} peer={peer} />;
    case 'sequence':
      return (
        <SequenceView
          key={peer.id}
          peer={peer}
          self={view.status?.self ?? null}
          frames={view.frames}
          members={view.members}
        />
      );
    case 'overlay':
      return <Overlay />;
  }
}

/** The one view that shows all peers. */
function Overlay() {
  const { peers, selected, views: now, moment, seats, hello, control, select } = usePage((page) => page);
  const views = useMemo(() => viewsAt(now, moment), [now, moment]);
  return (
    <OverlayView
      peers={peers}
      selected={selected}
      views={views}
      seats={seats}
      isDemo={hello?.isDemo ?? false}
      control={control}
      select={select}
    />
  );
}

export function App() {
  const { tab, open } = useRoute();
  useTitle();
  const isConnected = usePage(({ connection }) => connection === 'open');
  useEffect(() => {
    // A view that can't be loaded now is loaded, and complains, when it is opened.
    if (isConnected) loadViews().catch(() => undefined);
  }, [isConnected]);
  return (
    <>
      <header className="page-head">
        <h1>P2PChat</h1>
        <TabList tab={tab} open={open} />
        <PeerPicker />
        <Explain tab={tab} />
        <Connection />
      </header>
      <NotRunning />
      <Gaps tab={tab} />
      <main>
        <div id="view" role="tabpanel" aria-labelledby={`tab-${tab}`} data-view={tab}>
          <ViewBoundary key={tab}>
            <Suspense fallback={<p className="nothing">Loading…</p>}>
              <View tab={tab} />
            </Suspense>
          </ViewBoundary>
        </div>
      </main>
      <Timeline />
    </>
  );
}
