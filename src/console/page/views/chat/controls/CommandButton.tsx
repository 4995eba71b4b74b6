/**
 * One of the six buttons. One that the state forbids stays in reach of keyboard and screen reader, and says
 * why.
 */
import { useId } from 'react';
import type { ButtonName } from './availability.ts';

/** What stands on the buttons. */
export const LABELS: Readonly<Record<ButtonName, string>> = {
  USER: 'User',
  LIST: 'List',
  JOIN: 'Join',
  SEND: 'Send',
  POKE: 'Poke',
  QUIT: 'Quit',
};

const HELP: Readonly<Record<ButtonName, string>> = {
  USER: 'Take the typed word as your name.',
  LIST: 'Show the rooms of the room server.',
  JOIN: 'Join the room that you have typed.',
  SEND: 'Send what you have typed to everybody in the room.',
  POKE: 'Poke the member whose name you have typed; with nothing typed: show whom you can poke.',
  QUIT: 'Close all connections and end this peer.',
};

interface CommandButtonProps {
  readonly button: ButtonName;
  /** Why it can't be pressed; `null` if it can. */
  readonly reason: string | null;
  /** True if it is the one that Enter presses. */
  readonly isNext: boolean;
  press(button: ButtonName): void;
}

export function CommandButton({ button, reason, isNext, press }: CommandButtonProps) {
  const tip = useId();
  return (
    <span className="button-place">
      <button
        type="button"
        aria-disabled={reason !== null}
        aria-describedby={tip}
        data-next={isNext && reason === null}
        onClick={() => press(button)}
      >
        {LABELS[button]}
      </button>
      <span id={tip} role="tooltip" className="tip">
        {reason ?? HELP[button]}
      </span>
    </span>
  );
}
