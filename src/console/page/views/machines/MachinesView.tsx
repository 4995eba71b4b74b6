/** The machines of a peer, live. */
import type { ConsolePeer } from '../../../messages.ts';

export function MachinesView({ peer }: { readonly peer: ConsolePeer }) {
  return <p className="nothing">{peer.label}</p>;
}
