/**
 * The page's frame: who it is, the tabs of the views, the peer that they show, and whether the program is
 * there.
 */
import { Suspense, useEffect, useMemo } from 'react';
import type { ConsolePeer } from '../feed/messages.ts';
import { DRAWING_LIMITS } from '../limits.ts';
import { Why } from './explain/causes/WhyPanel.tsx';
import { Explain } from './explain/Explain.tsx';
import { Lessons } from './explain/lessons/Lessons.tsx';
import { Connection } from './frame/notes/Connection.tsx';
import { Files, Opening } from './frame/notes/Files.tsx';
import { Gaps } from './frame/notes/Gaps.tsx';
import { NotRunning } from './frame/notes/NotRunning.tsx';
import { RecordingNote } from './frame/notes/RecordingNote.tsx';
import { PeerPicker } from './frame/PeerPicker.tsx';
import type { Tab } from './frame/route.ts';
import { TabList } from './frame/TabList.tsx';
import { useRoute } from './frame/use-route.ts';
import { useTitle } from './frame/use-title.ts';
import { ViewBoundary } from './frame/ViewBoundary.tsx';
import {
  FiguresView,
  loadViews,
  MachinesView,
  OverlayView,
  RoomSequence,
  SequenceView,
} from './frame/views.ts';
import { useSelection } from './state/kept.ts';
import { until, viewAt, viewsAt } from './state/moment.ts';
import { usePage } from './state/page-store.ts';
import { EMPTY_VIEW, type PeerView } from './state/peer-view.ts';
import { Timeline } from './timeline/TimeBar.tsx';
import { ChatView } from './views/chat/ChatView.tsx';
import { RoomBar } from './views/room/RoomBar.tsx';
import { isWholeRoom } from './views/sequence/room/room-selection.ts';
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
      return <Sequence key={peer.id} peer={peer} view={view} />;
    case 'overlay':
      return <Overlay />;
    case 'figures':
      return <FiguresView />;
  }
}

/** Of one peer, or of the whole room: the address says which. */
function Sequence({ peer, view }: { readonly peer: ConsolePeer; readonly view: PeerView }) {
  const [selection] = useSelection('sequence', peer.id);
  const isPast = usePage((page) => page.moment !== null);
  const { status, frames: all, members } = view;
  const frames = useMemo(() => (isPast ? all.slice(-DRAWING_LIMITS.pastFramesMax) : all), [all, isPast]);
  if (isWholeRoom(selection)) return <WholeRoom />;
  return (
    <SequenceView
      peer={peer}
      self={status?.self ?? null}
      frames={frames}
      isCut={frames.length < all.length}
      members={members}
    />
  );
}

/** As connections have it. */
function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host === 'localhost' ? '127.0.0.1' : host}:${port}`;
}

function WholeRoom() {
  const peers = usePage((page) => page.peers);
  const now = usePage((page) => page.views);
  const seats = usePage((page) => page.seats);
  const moment = usePage((page) => page.moment);
  const happened = usePage((page) => page.happenings);
  const made = usePage(({ inspection }) => inspection.steps);
  const roomServer = usePage(({ hello }) => (hello ? addressOf(hello.roomServer) : ''));
  const views = useMemo(() => viewsAt(now, moment), [now, moment]);
  const happenings = useMemo(() => until(happened, moment), [happened, moment]);
  const steps = useMemo(() => until(made, moment), [made, moment]);
  const isPast = moment !== null;
  return <RoomSequence {...{ peers, views, seats, isPast, happenings, steps, roomServer }} />;
}

/** The one view that always shows all peers. */
function Overlay() {
  const { peers, selected, views: now, moment, seats } = usePage((page) => page);
  const views = useMemo(() => viewsAt(now, moment), [now, moment]);
  return <OverlayView peers={peers} selected={selected} views={views} seats={seats} />;
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
        <Files />
        <Connection />
      </header>
      <Opening />
      <RecordingNote />
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
        <Why />
        <Lessons />
      </main>
      <RoomBar />
      <Timeline />
    </>
  );
}
