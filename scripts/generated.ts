/** The parts of docs/ARCHITECTURE.md that are generated. */
import { roomsTable } from './rooms.ts';
import { withStatecharts } from './statecharts.ts';

const ROOMS_MARK = /<!-- rooms -->[\s\S]*?<!-- end rooms -->/;

/**
 * The document with its statecharts and its table of rooms as they are.
 * @throws Error where it has no place for one of them.
 */
export function withGenerated(text: string): string {
  if (!ROOMS_MARK.test(text)) throw new Error('there is no place for the table of rooms');
  const table = `<!-- rooms -->\n${roomsTable()}\n<!-- end rooms -->`;
  return withStatecharts(text).replace(ROOMS_MARK, () => table);
}
