/**
 * Many TEXTs of one origin to bytes at once, in one piece of memory, as if they had come in together: they go
 * out the same way as received ones. What `encode` refuses is refused here.
 */
import { encodeTextHeader } from './encode.ts';
import { END_MARK, type TextFrame } from './frames.ts';
import { TextHeader } from './text-header.ts';
import { TextSlice } from './text-slice.ts';

/** What the TEXTs of one origin have in common. */
export type TextOrigin = Pick<TextFrame, 'room' | 'originHid' | 'originUser'>;

/**
 * Encodes texts, each as the content of one TEXT in UTF-8.
 * @param firstMsgId the ID of the first; those that follow count by one.
 * @returns one frame a text, in order, one behind the other in one buffer.
 * @throws UnencodableFrameError where a field can't stand in a header.
 */
export function encodeTexts(
  origin: TextOrigin,
  firstMsgId: number,
  contents: readonly string[],
): TextSlice[] {
  const lastMsgId = firstMsgId + contents.length - 1;
  // Checks the fields, with the longest ID of all.
  encodeTextHeader({ ...origin, msgId: lastMsgId }, 0);
  const { room, originHid, originUser } = origin;
  const beginning = `T:${room}:${originHid}:${originUser}:`;
  const roomEnd = `T:${room}`.length;
  const header = new TextHeader(Buffer.from(beginning, 'latin1'), roomEnd, roomEnd + 1 + originHid.length);
  const lengths = contents.map((content) => Buffer.byteLength(content));
  const fronts = contents.map((_, at) => `${beginning}${firstMsgId + at}:${lengths[at]}:`);
  const bytes = Buffer.from(
    contents.map((content, at) => fronts[at] + content + END_MARK).join(''),
    // The header is ASCII in all that we send, so that both encodings agree on it.
    'utf8',
  );
  let start = 0;
  return contents.map((_, at) => {
    const contentStart = start + (fronts[at] as string).length;
    const end = contentStart + (lengths[at] as number) + END_MARK.length;
    const slice = new TextSlice(bytes, start, end, firstMsgId + at, header, contentStart);
    start = end;
    return slice;
  });
}
