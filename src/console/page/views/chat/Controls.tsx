/**
 * The middle of the assignment's window: six buttons and the input field. A button that the state forbids
 * stays in reach of keyboard and screen reader, and says why; whether what was typed will do, the peer says
 * in the Command window.
 */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { ConsoleNotice } from '../../../feed/messages.ts';
import { CONSOLE_LIMITS } from '../../../limits.ts';
import type { PageCommand } from '../../state/store.ts';
import { BUTTONS, type ButtonName, defaultButton, type Situation, whyNot } from './availability.ts';
import { CommandButton, LABELS } from './CommandButton.tsx';
import { useTyped } from './use-typed.ts';

const PLACEHOLDER: Readonly<Record<ButtonName, string>> = {
  USER: 'Your name',
  JOIN: 'A room to join',
  SEND: 'A message to the room',
  LIST: '',
  POKE: '',
  QUIT: '',
};

/** The command of a button; a name or a room is one word, so spaces around it are a slip. */
function commandOf(button: ButtonName, typed: string): PageCommand {
  switch (button) {
    case 'USER':
    case 'POKE':
      return { type: button, name: typed.trim() };
    case 'JOIN':
      return { type: button, room: typed.trim() };
    case 'SEND':
      return { type: button, text: typed };
    default:
      return { type: button };
  }
}

interface ControlsProps {
  readonly situation: Situation;
  /** Why nothing at all can be done; `null` if it can. */
  readonly trouble: string | null;
  readonly notices: readonly ConsoleNotice[];
  /** @returns false if it could not be sent. */
  command(command: PageCommand): boolean;
}

export function Controls({ situation, trouble, notices, command }: ControlsProps) {
  const { typed, type, clear } = useTyped(notices);
  const [refusal, setRefusal] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const next = defaultButton(situation);
  const why = (button: ButtonName) => trouble ?? whyNot(situation, button);
  const press = (button: ButtonName) => {
    const reason = why(button);
    setRefusal(reason === null ? null : `${LABELS[button]}: ${reason}`);
    if (reason !== null) return;
    if (command(commandOf(button, typed)) && button !== 'LIST' && button !== 'QUIT') clear();
    field.current?.focus();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    press(next);
  };
  useEffect(() => field.current?.focus(), []);
  // A reason that no longer holds is no longer shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is what makes it another
  useEffect(() => setRefusal(null), [situation.state, trouble]);

  return (
    <form className="controls" onSubmit={onSubmit} aria-label="Commands">
      <div className="buttons">
        {BUTTONS.map((button) => (
          <CommandButton
            key={button}
            button={button}
            reason={why(button)}
            isNext={button === next}
            press={press}
          />
        ))}
      </div>
      <div className="entry">
        <label htmlFor={`${id}-field`} className="unseen">
          Name, room or message
        </label>
        <input
          ref={field}
          id={`${id}-field`}
          type="text"
          autoComplete="off"
          spellCheck={next === 'SEND'}
          maxLength={CONSOLE_LIMITS.fieldMaxCharacters}
          placeholder={trouble === null ? PLACEHOLDER[next] : ''}
          aria-describedby={`${id}-hint`}
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
        <p id={`${id}-hint`} className="hint" role="status" data-refused={refusal !== null}>
          {refusal ?? (why(next) === null ? `Enter: ${LABELS[next]}` : why(next))}
        </p>
      </div>
    </form>
  );
}
