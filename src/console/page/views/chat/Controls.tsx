/**
 * The middle of the assignment's window: six buttons and the input field. A button that the state forbids stays in
 * reach of keyboard and screen reader, and says why; whether what was typed will do, the peer says in the Command window.
 */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { CONSOLE_LIMITS } from '../../../../limits.ts';
import type { ConsoleNotice } from '../../../messages.ts';
import type { PageCommand } from '../../store.ts';
import { BUTTONS, type ButtonName, defaultButton, type Situation, whyNot } from './availability.ts';

const LABELS: Readonly<Record<ButtonName, string>> = {
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

/** What was typed comes back into the field when the peer refuses it, as in the terminal. */
function useTyped(notices: readonly ConsoleNotice[]) {
  const [typed, setTyped] = useState('');
  const given = useRef<{ text: string; serial: number } | null>(null);
  const newest = notices.at(-1)?.serial ?? 0;
  useEffect(() => {
    const back = given.current;
    if (back === null) return;
    if (!notices.some(({ serial, type }) => serial > back.serial && type === 'refused')) return;
    given.current = null;
    setTyped((now) => (now === '' ? back.text : now));
  }, [notices]);
  return {
    typed,
    type(text: string) {
      given.current = null;
      setTyped(text);
    },
    clear() {
      given.current = { text: typed, serial: newest };
      setTyped('');
    },
  };
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
        {BUTTONS.map((button) => {
          const reason = why(button);
          return (
            <span key={button} className="button-place">
              <button
                type="button"
                aria-disabled={reason !== null}
                aria-describedby={`${id}-${button}`}
                data-next={button === next && reason === null}
                onClick={() => press(button)}
              >
                {LABELS[button]}
              </button>
              <span id={`${id}-${button}`} role="tooltip" className="tip">
                {reason ?? HELP[button]}
              </span>
            </span>
          );
        })}
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
