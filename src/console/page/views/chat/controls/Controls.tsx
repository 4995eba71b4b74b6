/**
 * The middle of the assignment's window: six buttons and the input field. A button that the state forbids
 * stays in reach of keyboard and screen reader, and says why; whether what was typed will do, the peer says
 * in the Command window.
 */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import type { ConsoleNotice } from '../../../../feed/messages.ts';
import { CONSOLE_LIMITS } from '../../../../limits.ts';
import type { PageCommand } from '../../../state/store.ts';
import { BUTTONS, type ButtonName, defaultButton, type Situation, whyNot } from './availability.ts';
import { CommandButton, LABELS } from './CommandButton.tsx';
import { QuitDialog } from './QuitDialog.tsx';
import { readTyped, type TypedLine } from './typed-line.ts';
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
function commandOf(button: ButtonName, typed: string): TypedLine {
  switch (button) {
    case 'USER':
    case 'POKE':
      return { command: { type: button, name: typed.trim() }, refusal: null };
    case 'JOIN':
      return { command: { type: button, room: typed.trim() }, refusal: null };
    case 'SEND':
      return readTyped(typed);
    default:
      return { command: { type: button }, refusal: null };
  }
}

/** Enter presses the next button, unless a command was typed. */
function enteredOf(next: ButtonName, typed: string): TypedLine {
  return typed.trimStart().startsWith('/') ? readTyped(typed) : commandOf(next, typed);
}

interface ControlsProps {
  /** Whose field it is. */
  readonly peer: string;
  readonly situation: Situation;
  /** Why nothing at all can be done; `null` if it can. */
  readonly trouble: string | null;
  readonly notices: readonly ConsoleNotice[];
  /** What ends when this peer quits. */
  readonly consequence: string;
  /** @returns false if it could not be sent. */
  command(command: PageCommand): boolean;
}

export function Controls({ peer, situation, trouble, notices, consequence, command }: ControlsProps) {
  const { typed, type, clear } = useTyped(peer, notices);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const next = defaultButton(situation);
  const why = (button: ButtonName) => trouble ?? whyNot(situation, button);
  const give = (given: PageCommand) => {
    const { type: button } = given;
    const isTyped = button !== 'LIST' || typed.trimStart().startsWith('/');
    if (command(given) && isTyped) clear();
  };
  const take = (line: TypedLine) => {
    const reason = line.command === null ? null : why(line.command.type);
    const words = line.command === null ? line.refusal : reason && `${LABELS[line.command.type]}: ${reason}`;
    setRefusal(words);
    if (line.command === null || words !== null) return;
    if (line.command.type === 'QUIT') setAsking(true);
    else give(line.command);
    field.current?.focus();
  };
  const answer = (isYes: boolean) => {
    setAsking(false);
    if (isYes) give({ type: 'QUIT' });
    field.current?.focus();
  };
  const press = (button: ButtonName) => {
    const reason = why(button);
    // What the state forbids is said first: what was typed does not matter then.
    if (reason === null) take(commandOf(button, typed));
    else setRefusal(`${LABELS[button]}: ${reason}`);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    take(enteredOf(next, typed));
  };
  useEffect(() => field.current?.focus(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refusal holds in one state only
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
          onChange={(event) => {
            type(event.target.value);
            setRefusal(null);
          }}
        />
        <p id={`${id}-hint`} className="hint" role="status" data-refused={refusal !== null}>
          {refusal ?? (why(next) === null ? `Enter: ${LABELS[next]}` : why(next))}
        </p>
      </div>
      {isAsking ? (
        <QuitDialog
          name={situation.user === null ? 'this peer' : harmlessOnPage(situation.user)}
          consequence={consequence}
          quit={() => answer(true)}
          stay={() => answer(false)}
        />
      ) : null}
    </form>
  );
}
