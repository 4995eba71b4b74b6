/** The assignment's window (its Figure 2). */
import type { ConsolePeer } from '../../../messages.ts';
import type { PeerView } from '../../peer-view.ts';

export function ChatView({ peer, view }: { readonly peer: ConsolePeer; readonly view: PeerView }) {
  return (
    <p className="nothing">
      {peer.label}: {view.notices.length} notices
    </p>
  );
}
