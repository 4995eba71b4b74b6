/**
 * The whole room in the view Sequence: the frames of all peers of the page, each drawn once from its sending
 * to its receiving. It is given everything; what it remembers is the filter, the row that is looked at and
 * the message that is followed.
 */
import { useCallback, useDeferredValue, useMemo } from 'react';
import type { ConsoleHappening, ConsolePeer } from '../../../../feed/messages.ts';
import { DRAWING_LIMITS } from '../../../../limits.ts';
import { newestFrames } from '../../../crossings/newest-frames.ts';
import type { Step } from '../../../inspection/actor.ts';
import { duration } from '../../../state/clock-time.ts';
import { useKept, useSelection } from '../../../state/kept.ts';
import { since } from '../../../state/moment.ts';
import type { PeerViews } from '../../../state/peer-view.ts';
import type { Seats } from '../../../state/seats.ts';
import { useUnchanged } from '../../../state/use-unchanged.ts';
import { asksForEvents } from '../../search/search.ts';
import { FrameDetails } from '../details/FrameDetails.tsx';
import { countKinds } from '../filters.ts';
import { SequenceBar } from '../SequenceBar.tsx';
import { useFilter, useFolded } from '../use-filter.ts';
import { RoomDiagram } from './drawing/RoomDiagram.tsx';
import { MarkDetails } from './MarkDetails.tsx';
import { type Passage, roomFrames } from './passages.ts';
import { roomLifelines, roomPeers } from './room-lifelines.ts';
import { connectionMarks, eventMarks } from './room-marks.ts';
import { countLifelines, filterRows, foldRows, type PassageRow, roomRows } from './room-rows.ts';
import { selectedOrder, selectionOf, WHOLE_ROOM } from './room-selection.ts';
import { saveRoom } from './save/save-room.ts';
import './room.css';

/** All peers of the page, at the moment that is shown. */
export interface RoomSequenceProps {
  readonly peers: readonly ConsolePeer[];
  readonly views: PeerViews;
  /** Connections are among them. */
  readonly happenings: readonly ConsoleHappening[];
  /** Of the machines. */
  readonly steps: readonly Step[];
  /** Its address. */
  readonly roomServer: string;
  readonly seats: Seats;
  /** A moment of the past is shown. */
  readonly isPast: boolean;
}

function isText(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

/** Everything that there is to show. */
function useRoom(props: RoomSequenceProps, isWithEvents: boolean) {
  const { peers, views: latest, seats, isPast, happenings, steps, roomServer } = props;
  // In a burst the page takes what is typed and pressed first, and draws what has come then.
  const views = useDeferredValue(latest);
  const inRoom = useUnchanged(useMemo(() => roomPeers(peers, views, seats), [peers, views, seats]));
  return useMemo(() => {
    const lists = Object.values(views).map((view) => view.frames);
    const most = isPast ? DRAWING_LIMITS.pastFramesMax : DRAWING_LIMITS.roomFramesMax;
    const newest = newestFrames(views, most);
    const frames = roomFrames(newest, inRoom);
    const isCut = newest.length < lists.reduce((sum, list) => sum + list.length, 0);
    // What is older than the oldest frame would stand in a heap above it.
    const first = isCut ? (newest[0]?.serial ?? 0) : 0;
    const events = since(steps, first);
    const rows = roomRows(frames, [
      ...connectionMarks(since(happenings, first), inRoom, roomServer),
      ...(isWithEvents ? eventMarks(events, inRoom) : []),
    ]);
    return {
      rows,
      events: events.length,
      cutTo: isCut ? most : null,
      lines: roomLifelines(inRoom, frames.others, DRAWING_LIMITS.roomLifelinesMax),
    };
  }, [views, inRoom, isPast, happenings, steps, roomServer, isWithEvents]);
}

export function RoomSequence(props: RoomSequenceProps) {
  const { filter, setFilter } = useFilter('room');
  const isWithEvents = !filter.hiddenKinds.has('EVENT') || asksForEvents(filter.search);
  const { rows, events, cutTo, lines: chosen } = useRoom(props, isWithEvents);
  const lines = useUnchanged(chosen);
  const [isFolded, setFolded] = useFolded();
  const [followed, setFollowed] = useKept<string | null>('followed message', null, isText);
  const [selection, setSelection] = useSelection('sequence', null);
  const open = useCallback((order: number) => setSelection(selectionOf(order)), [setSelection]);
  const close = useCallback(() => setSelection(WHOLE_ROOM), [setSelection]);
  const passed = useMemo(() => {
    const { hiddenKinds } = filter;
    // Whoever asks for events by name has them shown.
    const hidden = isWithEvents ? [...hiddenKinds].filter((kind) => kind !== 'EVENT') : hiddenKinds;
    return filterRows(rows, { ...filter, hiddenKinds: new Set(hidden) });
  }, [rows, filter, isWithEvents]);
  const shown = useMemo(() => (isFolded ? foldRows(passed) : passed), [passed, isFolded]);
  const order = selectedOrder(selection);
  const opened = useMemo(() => shown.find((row) => row.order === order), [shown, order]);
  const kinds = useMemo(
    () => [
      ...countKinds(rows).filter(({ key }) => key !== 'EVENT'),
      ...(events > 0 ? [{ key: 'EVENT', name: 'EVENT', frames: events } as const] : []),
    ],
    [rows, events],
  );
  const parties = useMemo(() => countLifelines(rows, lines), [rows, lines]);
  return (
    <section className="sequence" aria-label="Frames of the whole room">
      <SequenceBar
        kinds={kinds}
        parties={parties}
        filter={filter}
        setFilter={setFilter}
        shown={passed.length}
        total={rows.length}
        isFolded={isFolded}
        setFolded={setFolded}
        isRoom
        setRoom={(isRoom) => setSelection(isRoom ? WHOLE_ROOM : null)}
        save={(kind, element) => saveRoom(kind, element, shown, lines)}
        remark={
          <>
            {cutTo !== null && <p>The newest {cutTo.toLocaleString()} frames are drawn.</p>}
            {followed !== null && (
              <button type="button" onClick={() => setFollowed(null)}>
                Stop following
              </button>
            )}
          </>
        }
      />
      <div className="sequence-body">
        <RoomDiagram
          rows={shown}
          lines={lines}
          opened={order}
          followed={followed}
          open={open}
          close={close}
        />
        {opened?.type === 'passage' && <Details row={opened} close={close} follow={setFollowed} />}
        {opened?.type === 'mark' && <MarkDetails mark={opened} close={close} />}
      </div>
    </section>
  );
}

/** What has become of a frame. */
function fateOf({ sent, received, isMissing }: Passage): string {
  if (sent && received) return `under way for ${duration(Math.max(0, received.atMs - sent.atMs))}`;
  if (isMissing) return 'it has not come';
  return sent ? 'its receiver is not on this page' : 'its sender is not on this page';
}

function Details(props: {
  readonly row: PassageRow;
  readonly close: () => void;
  readonly follow: (message: string) => void;
}) {
  const { passage, keepalives } = props.row;
  const { frame, fromName: from, toName: partyName, toKey: partyKey, isDuplicate } = passage;
  const shown = { frame, partyKey, partyName, isDuplicate, keepalives };
  return (
    <FrameDetails
      shown={shown}
      close={props.close}
      follow={props.follow}
      inRoom={{ from, fate: fateOf(passage), arrival: passage.arrival }}
    />
  );
}
