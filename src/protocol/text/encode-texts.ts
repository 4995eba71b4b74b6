/**
 * Many TEXTs of one origin to bytes at once, in one piece of memory, as if they had come in together: they go
 * out the same way as received ones. What `encode` refuses is refused here.
 */
import { encodeTextHeader } from '../encode.ts';
import { END_MARK, type TextFrame } from '../frames.ts';
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
  // In this order: a sum over the largest exact number would be rounded to it.
  const lastMsgId = firstMsgId + Math.max(0, contents.length - 1);
  // Checks the fields, with the longest ID of all.
  encodeTextHeader({ ...origin, msgId: lastMsgId }, 0);
  const { room, originHid, originUser } = origin;
  const beginning = `T:${room}:${originHid}:${originUser}:`;
  const roomEnd = `T:${room}`.length;
  const header = new TextHeader(Buffer.from(beginning, 'latin1'), roomEnd, roomEnd + 1 + originHid.length);
  const lengths = contents.map((content) => Buffer.byteLength(content));
  const fronts = contents.map((_, at) => `${beginning}${firstMsgId + at}:${lengths[at]}:`);
  const bytes = joined(fronts, contents);
  let start = 0;
  return contents.map((_, at) => {
    const contentStart = start + (fronts[at] as string).length;
    const end = contentStart + (lengths[at] as number) + END_MARK.length;
    const slice = new TextSlice(bytes, start, end, firstMsgId + at, header, contentStart);
    start = end;
    return slice;
  });
}

const ASCII = /^[\x00-\x7f]*$/;

/** Headers in Latin-1, contents in UTF-8. */
function joined(fronts: readonly string[], contents: readonly string[]): Buffer {
  // Where both encodings agree on the headers, one string for all is four times as fast.
  if (ASCII.test(fronts[0] ?? ''))
    return Buffer.from(contents.map((content, at) => fronts[at] + content + END_MARK).join(''));
  const parts = contents.flatMap((content, at) => [
    Buffer.from(fronts[at] as string, 'latin1'),
    Buffer.from(content + END_MARK),
  ]);
  return Buffer.concat(parts);
}
