/**
 * Recordings as files: one that is dropped anywhere on the page, or chosen, is opened; what the page knows is
 * saved as one. While one is being opened it is said how far that is.
 */
import { type ChangeEvent, useContext, useEffect } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { saveFile } from '../../state/file/save-file.ts';
import { fileSource } from '../../state/file/sources.ts';
import { PageStore, usePage } from '../../state/page-store.ts';
import type { ConsoleState } from '../../state/store.ts';

const TYPE = 'application/x-ndjson';

/** The recording that is shown, as it came; of a live room what the page has kept. */
async function save(known: ConsoleState): Promise<void> {
  const { recording } = known;
  if (recording === null) {
    const { recordingOf } = await import('../../state/file/recording-of.ts');
    saveFile('p2pchat.ndjson', TYPE, recordingOf(known));
    return;
  }
  const { name, source } = recording;
  const bytes = await new Response(await source.bytes()).blob();
  saveFile(name.endsWith('.ndjson') ? name : `${name}.ndjson`, TYPE, [bytes]);
}

export function Files() {
  const store = useContext(PageStore);
  const open = usePage((page) => page.open);
  const isKnown = usePage(({ hello }) => hello !== null);
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      open(fileSource(file));
    };
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, [open]);
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    if (file !== undefined) open(fileSource(file));
    // The same file can be chosen again.
    target.value = '';
  };
  return (
    <div className="files">
      <label className="open-file">
        Open
        <input type="file" aria-label="Open a recording" accept=".ndjson,.json,.txt" onChange={chosen} />
      </label>
      <button
        type="button"
        disabled={!isKnown}
        title="Save all that this page knows as a recording"
        onClick={() => store && save(store.getState())}
      >
        Save
      </button>
    </div>
  );
}

/** How far the opening of a recording is, or why there is none. */
export function Opening() {
  const opening = usePage((page) => page.opening);
  const unopened = usePage((page) => page.unopened);
  if (opening !== null)
    return (
      <div className="opening" role="status">
        <p>Opening {harmlessOnPage(opening.name)}…</p>
        <progress aria-label="Opening" max={1} value={opening.share === 0 ? undefined : opening.share} />
      </div>
    );
  return unopened === null ? null : (
    <p className="opening" role="alert">
      {harmlessOnPage(unopened)}
    </p>
  );
}
