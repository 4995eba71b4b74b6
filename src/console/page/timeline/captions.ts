/**
 * One sentence that says what has just happened at the moment that is shown: the last line that a peer told
 * its user, or the last frame that was sent or received, whichever was later. Pure.
 */
import { harmlessOnPage } from '../../../words/harmless.ts';
import type { ConsoleFrame, ConsoleNotice, ConsolePeer } from '../../feed/messages.ts';
import { until } from '../state/moment.ts';
import type { PeerViews } from '../state/peer-view.ts';
import { frameLabel } from '../views/sequence/diagram/frame-label.ts';
import { partyName } from '../views/sequence/diagram/parties.ts';

/** @returns `null` where nothing had happened yet. */
export function captionAt(views: PeerViews, peers: readonly ConsolePeer[], moment: number): string | null {
  const all = Object.values(views);
  const notice = lastOf(all.map(({ notices }) => until(notices, moment)));
  const frame = lastOf(all.map(({ frames }) => until(frames, moment)));
  const nameOf = (id: string) => {
    const label = peers.find((peer) => peer.id === id)?.label ?? id;
    return views[id]?.status?.user ?? views[id]?.status?.self?.user ?? label;
  };
  // What a peer says stands for the frame of the same moment that has led to it.
  if (notice && (!frame || notice.serial > frame.serial || notice.atMs === frame.atMs))
    return harmlessOnPage(noticeWords(notice, nameOf(notice.peer)));
  return frame ? harmlessOnPage(frameWords(frame, nameOf(frame.peer))) : null;
}

/** The last item of all lists, which are oldest first. */
function lastOf<Item extends { readonly serial: number }>(
  lists: readonly (readonly Item[])[],
): Item | undefined {
  return lists
    .map((list) => list.at(-1))
    .reduce((last, item) => (item && item.serial > (last?.serial ?? 0) ? item : last), undefined);
}

function noticeWords({ speaker, text, isOwn }: ConsoleNotice, name: string): string {
  if (speaker === null) return `${name}: ${text}`;
  return isOwn ? `${name} says “${text}”.` : `${name} gets from ${speaker}: “${text}”.`;
}

function frameWords(frame: ConsoleFrame, name: string): string {
  const { head } = frameLabel(frame);
  const other = partyName(frame.party);
  const to = frame.party.kind === 'room server' ? 'the room server' : other;
  return frame.direction === 'out'
    ? `${name} sends ${head} to ${to}.`
    : `${name} receives ${head} from ${to}.`;
}
