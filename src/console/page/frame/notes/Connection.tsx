/**
 * Whether the program is there. While it is not, the page keeps what it knows; when one comes back that is
 * another one, the reader says when the page is to show that.
 */
import { usePage } from '../../state/page-store.ts';

const WORDS = {
  connecting: 'Connecting to the program…',
  open: 'Connected to the program',
  closed: 'The program does not answer: trying again',
  ended: 'The program has ended. This page shows what it knew, and comes back with the program',
  other: 'Another program answers here now. This page still shows the one before',
  recording: 'A recording',
} as const;

export function Connection() {
  const connection = usePage((page) => page.connection);
  return (
    <div className="connection" data-state={connection}>
      <p role="status">{WORDS[connection]}</p>
      {connection === 'other' ? (
        <button type="button" onClick={() => location.reload()}>
          Show the new one
        </button>
      ) : null}
    </div>
  );
}
