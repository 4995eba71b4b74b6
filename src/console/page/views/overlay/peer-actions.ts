/** What can be done to a peer on the ring. Pure. */
import type { ControlAction } from '../../../feed/messages.ts';

/** A button. */
interface PeerAction {
  readonly action: ControlAction;
  /** What it switches: Restart takes the place of Kill, and Heal that of Split off, with the focus. */
  readonly switches: 'process' | 'network';
  readonly label: string;
  /** What it does, for who does not know yet. */
  readonly hint: string;
}

const KILL: PeerAction = {
  action: 'kill',
  switches: 'process',
  label: 'Kill',
  hint: 'Ends the peer at once, without a goodbye',
};
const RESTART: PeerAction = {
  action: 'restart',
  switches: 'process',
  label: 'Restart',
  hint: 'Brings it back under its name and port',
};
const SPLIT: PeerAction = {
  action: 'split',
  switches: 'network',
  label: 'Split off',
  hint: 'Cuts it off from everybody else',
};
const HEAL: PeerAction = { action: 'heal', switches: 'network', label: 'Heal', hint: 'Ends the split' };

/** The buttons of a peer of the demo. */
export function actionsFor(peer: {
  readonly isAlive: boolean;
  readonly isSplitOff: boolean;
}): readonly PeerAction[] {
  if (!peer.isAlive) return [RESTART];
  return [KILL, peer.isSplitOff ? HEAL : SPLIT];
}
