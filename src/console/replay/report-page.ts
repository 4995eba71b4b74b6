/**
 * The page as one file with recordings in it: what `simulate --report` writes. Pure.
 *
 * Invariant: nothing of a recording can run or end an element: each is base64 in an element that is no
 * script, and the list of them is JSON without `<`.
 */
import { withAttributes } from './page-attributes.ts';
import type { RecordingList } from './recording-list.ts';

/** Where recordings go in the page that is built for it. */
const PLACE = '<!--recordings-->';

/**
 * The file, piece by piece.
 * @param template the built page (scripts/single-page.ts).
 * @param packed each recording of the list after gzip; `null` where only its row is in the file.
 * @throws TypeError where the template is another page.
 */
export function* reportPage(
  template: string,
  list: RecordingList,
  packed: readonly (Buffer | null)[],
): Generator<string> {
  const [before, after, ...more] = withAttributes(template, { recording: 'here', name: list.title }).split(
    PLACE,
  );
  if (before === undefined || after === undefined || more.length > 0)
    throw new TypeError('this page has no place for recordings');
  yield before;
  yield `<script type="application/json" id="recordings">${inScript(JSON.stringify(list))}</script>\n`;
  for (const [place, bytes] of packed.entries())
    if (bytes !== null)
      yield `<script type="text/plain" id="recording-${place}">${bytes.toString('base64')}</script>\n`;
  yield after;
}

/** JSON that can end no element and begin no comment. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
