/** Where recordings come from: a file, the page's own server, the page's own HTML. */
import { NOTHING_LISTED, type RecordingList } from '../../../replay/recording-list.ts';
import type { RecordingSource } from './open-recording.ts';

/** A file that the reader has dropped or chosen. */
export function fileSource(file: File): RecordingSource {
  return { name: file.name, size: file.size, bytes: async () => file.stream() };
}

/** The recording that the page's server gives. */
export function servedSource(address: string, name: string, lesson?: string): RecordingSource {
  return {
    name,
    // Its head has not come yet.
    size: 0,
    bytes: async () => {
      const answer = await fetch(address);
      if (!answer.ok || answer.body === null) throw new Error(`the server answers ${answer.status}`);
      return answer.body;
    },
    ...(lesson === undefined ? {} : { lesson }),
  };
}

/** The list of the recordings in the HTML of a report; none where the page is no report. */
export function listInPage(): RecordingList {
  const list = document.getElementById('recordings')?.textContent ?? null;
  return list === null ? NOTHING_LISTED : (JSON.parse(list) as RecordingList);
}

/** One of them: base64 of what gzip has made of it. */
export function sourceInPage(place: number, { name, bytes: size }: RecordingList['recordings'][number]) {
  return {
    name,
    size,
    beginsInside: true,
    bytes: async () => {
      const text = atob(document.getElementById(`recording-${place}`)?.textContent ?? '');
      const packed = Uint8Array.from(text, (character) => character.charCodeAt(0));
      return new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    },
  };
}
