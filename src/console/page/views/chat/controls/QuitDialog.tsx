/**
 * Asks before a peer quits: that can't be taken back. The browser's own dialog keeps the focus, Escape stays.
 */
import { useEffect, useRef } from 'react';

interface QuitDialogProps {
  readonly name: string;
  /** What ends with the peer. */
  readonly consequence: string;
  quit(): void;
  stay(): void;
}

export function QuitDialog({ name, consequence, quit, stay }: QuitDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="ask" aria-labelledby="quit-question" onClose={stay}>
      <h2 id="quit-question">Quit {name}?</h2>
      <p>{consequence}</p>
      <div className="ask-buttons">
        <button type="button" className="ask-quit" onClick={quit}>
          Yes, quit
        </button>
        {/* biome-ignore lint/a11y/noAutofocus: Enter must give the answer that changes nothing */}
        <button type="button" autoFocus onClick={stay}>
          Stay
        </button>
      </div>
    </dialog>
  );
}
