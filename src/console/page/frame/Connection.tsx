/**
 * Whether the program is there. While it is not, the page keeps what it knows, and offers to save it; when
 * one comes back that is another one, the reader says when the page is to show that.
 */
import { usePage } from '../state/page-store.ts';
import { saveFile } from '../state/save/save-file.ts';
import { knownText } from '../state/save/save-known.ts';

const WORDS = {
  connecting: 'Connecting to the program…',
  open: 'Connected to the program',
  closed: 'The program does not answer: trying again',
  ended: 'The program has ended. This page shows what it knew, and comes back with the program',
  other: 'Another program answers here now. This page still shows the one before',
} as const;

export function Connection() {
  const connection = usePage((page) => page.connection);
  const known = usePage((page) => page);
  const isKnown = known.hello !== null;
  const save = () => saveFile('p2pchat-page.json', 'application/json', knownText(known, Date.now()));
  return (
    <div className="connection" data-state={connection}>
      <p role="status">{WORDS[connection]}</p>
      {connection !== 'open' && isKnown ? (
        <button type="button" onClick={save}>
          Save what is known
        </button>
      ) : null}
      {connection === 'other' ? (
        <button type="button" onClick={() => location.reload()}>
          Show the new one
        </button>
      ) : null}
    </div>
  );
}
