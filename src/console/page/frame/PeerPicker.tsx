/** Which peer the page shows; there is more than one in the demo only. */
import type { ConsolePeer } from '../../feed/messages.ts';
import { usePage } from '../state/page-store.ts';
import type { PeerViews } from '../state/peer-view.ts';

/** What a peer is called: its nickname if it has one, what has become of it. */
function caption(peer: ConsolePeer, views: PeerViews): string {
  const user = views[peer.id]?.status?.user ?? null;
  const name = user === null || user === peer.label ? peer.label : `${user} (${peer.label})`;
  if (!peer.isRunning) return `${name}, not running`;
  return peer.isSplitOff ? `${name}, split off` : name;
}

export function PeerPicker() {
  const peers = usePage((page) => page.peers);
  const views = usePage((page) => page.views);
  const selected = usePage((page) => page.selected);
  const select = usePage((page) => page.select);
  if (peers.length < 2) return null;
  return (
    <label className="peer-picker">
      Peer
      <select value={selected ?? ''} onChange={(event) => select(event.target.value)}>
        {peers.map((peer) => (
          <option key={peer.id} value={peer.id}>
            {caption(peer, views)}
          </option>
        ))}
      </select>
    </label>
  );
}
