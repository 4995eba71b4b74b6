/** A frame, as the search sees it, and the name of a message. Pure. */
import type { ConsoleFrame } from '../../../feed/messages.ts';
import type { Searched } from '../search/search.ts';
import { frameLabel } from './diagram/frame-label.ts';

/** What stands on a frame's arrow, in lower case; read from its bytes once. */
const texts = new WeakMap<ConsoleFrame, string>();

function textOf(frame: ConsoleFrame): string {
  const known = texts.get(frame);
  if (known !== undefined) return known;
  const { head, tail } = frameLabel(frame);
  const text = `${head} ${tail}`.toLowerCase();
  texts.set(frame, text);
  return text;
}

/** The name of a message, as `message:` takes it. */
export function messageName({ originHid, msgId }: NonNullable<ConsoleFrame['message']>): string {
  return `${originHid}#${msgId}`;
}

/** A frame as a row. */
export function searchedFrame(
  frame: ConsoleFrame,
  names: readonly string[],
  links: readonly string[] = [frame.via],
): Searched {
  const message = frame.message && messageName(frame.message);
  return { kind: frame.kind, names, links, atMs: frame.atMs, message, text: () => textOf(frame) };
}
