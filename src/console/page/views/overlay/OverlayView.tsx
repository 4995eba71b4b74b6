import type { ConsolePeer } from '../../../messages.ts';
import type { PeerView } from '../../peer-view.ts';

export function OverlayView(props: {
  readonly peers: readonly ConsolePeer[];
  readonly selected: string | null;
  readonly views: Readonly<Record<string, PeerView>>;
  readonly isDemo: boolean;
  control(peer: string, action: 'kill' | 'restart' | 'split' | 'heal'): void;
  select(peer: string): void;
}) {
  return <p className="nothing">{props.peers.length} peers</p>;
}
