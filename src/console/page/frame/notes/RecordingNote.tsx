/**
 * Above every view of a recording: which one it is, what of it could not be read, and the others of the page.
 */
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { sourceInPage } from '../../state/file/sources.ts';
import { usePage } from '../../state/page-store.ts';

export function RecordingNote() {
  const recording = usePage((page) => page.recording);
  if (recording === null) return null;
  const { name, badLines, problems } = recording;
  return (
    <div className="not-running" role="status">
      <p>
        <b>This is a recording</b>, {harmlessOnPage(name)}: it can be looked at, moment by moment, and nobody
        takes a command.
      </p>
      <OtherRecordings />
      {problems.length === 0 ? null : (
        <details>
          <summary>
            {badLines === 1
              ? '1 line was passed over'
              : `${badLines.toLocaleString()} lines were passed over`}
          </summary>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{harmlessOnPage(problem)}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** The way to another recording of this page. */
function OtherRecordings() {
  const { recordings } = usePage((page) => page.list);
  const shown = usePage((page) => page.recording?.name);
  const open = usePage((page) => page.open);
  const whole = recordings.flatMap((each, place) => (each.bytes > 0 ? [{ each, place }] : []));
  if (whole.length < 2) return null;
  const change = (place: number) => {
    const listed = recordings[place];
    if (listed) open(sourceInPage(place, listed));
  };
  const at = whole.find(({ each }) => each.name === shown)?.place ?? -1;
  return (
    <label className="other-recordings">
      Recording
      <select value={at} onChange={(event) => change(Number(event.target.value))}>
        {at < 0 ? <option value={-1}>another file</option> : null}
        {whole.map(({ each, place }) => (
          <option key={place} value={place}>
            {each.broken.length > 0 ? `${each.name}, broken` : each.name}
          </option>
        ))}
      </select>
    </label>
  );
}
