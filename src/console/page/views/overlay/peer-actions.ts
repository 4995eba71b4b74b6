/** What can be done to a peer on the ring. Pure. */
import type { PageMessage } from '../../../feed/messages.ts';

/** What the demo can do to a peer. */
export type ControlAction = Extract<PageMessage, { type: 'control' }>['action'];

/** A button. */
export interface PeerAction {
  readonly action: ControlAction;
  readonly label: string;
  /** What it does, for who does not know yet. */
  readonly hint: string;
}

const KILL: PeerAction = { action: 'kill', label: 'Kill', hint: 'Ends the peer at once, without a goodbye' };
const RESTART: PeerAction = {
  action: 'restart',
  label: 'Restart',
  hint: 'Brings it back under its name and port',
};
const SPLIT: PeerAction = { action: 'split', label: 'Split off', hint: 'Cuts it off from everybody else' };
const HEAL: PeerAction = { action: 'heal', label: 'Heal', hint: 'Ends the split' };

/** The buttons of a peer of the demo. */
export function actionsFor(peer: {
  readonly isAlive: boolean;
  readonly isSplitOff: boolean;
}): readonly PeerAction[] {
  if (!peer.isAlive) return [RESTART];
  return [KILL, peer.isSplitOff ? HEAL : SPLIT];
}
