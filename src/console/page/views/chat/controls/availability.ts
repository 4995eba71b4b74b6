/**
 * Which of the six buttons the state of a peer forbids, and why, in the words of the state diagram
 * (PROTOCOL.md). Pure; its test asks the user machine the same. What the state allows may still be refused
 * for what was typed: that is the peer's own to say, in the Command window.
 */
import type { ConsoleStatus } from '../../../../feed/messages.ts';

/** The six buttons, in the assignment's order. */
export const BUTTONS = ['USER', 'LIST', 'JOIN', 'SEND', 'POKE', 'QUIT'] as const;

/** One of them, by the type of its command. */
export type ButtonName = (typeof BUTTONS)[number];

/** What the rules look at. */
export type Situation = Pick<ConsoleStatus, 'state' | 'user' | 'room' | 'pending'>;

function whyNotOutside(state: 'START' | 'NAMED', button: ButtonName, isJoining: boolean): string | null {
  switch (button) {
    case 'USER':
      return isJoining ? 'Wait for the room server’s answer to Join.' : null;
    case 'JOIN':
      if (state === 'START') return 'Choose a name first.';
      return isJoining ? 'Wait for the room server’s answer.' : null;
    case 'SEND':
    case 'POKE':
      return state === 'START' ? 'Choose a name and join a room first.' : 'Join a room first.';
    default:
      return null;
  }
}

function whyNotInside({ user, room }: Situation, button: ButtonName): string | null {
  switch (button) {
    case 'USER':
      return `You are in a room as ${user ?? 'somebody'}: the name stays until you quit.`;
    case 'JOIN':
      return `You are in ${room ?? 'a room'} already.`;
    default:
      return null;
  }
}

/** Why a button can't be pressed; `null` if it can. */
export function whyNot(situation: Situation, button: ButtonName): string | null {
  const { state } = situation;
  switch (state) {
    case 'START':
    case 'NAMED':
      return whyNotOutside(state, button, situation.pending.includes('JOIN'));
    case 'JOINED':
    case 'CONNECTED':
      return whyNotInside(situation, button);
    case 'TERMINATED':
      return 'This peer has quit.';
  }
}

/** What Enter presses: the button that leads on in the state diagram; in a room, Send. */
export function defaultButton({ state }: Pick<Situation, 'state'>): ButtonName {
  if (state === 'START') return 'USER';
  return state === 'NAMED' ? 'JOIN' : 'SEND';
}
