import type { ConsoleFrame, ConsolePeer } from '../../../messages.ts';
import type { PeerView } from '../../peer-view.ts';

export function SequenceView(props: {
  readonly peer: ConsolePeer;
  readonly self: NonNullable<PeerView['status']>['self'];
  readonly frames: readonly ConsoleFrame[];
  readonly members: PeerView['members'];
}) {
  return <p className="nothing">{props.frames.length} frames</p>;
}
