/** Saves the shown rows of the whole room as a file; a picture is in the colours that the page has now. */
import { DRAWING_LIMITS } from '../../../../../limits.ts';
import type { Lifeline } from '../../diagram/lifelines.ts';
import { coloursOf, type FileKind, saveAs } from '../../save/save-sequence.ts';
import type { RoomRow } from '../room-rows.ts';
import { roomJson, roomMermaid, roomSvg } from './export-room.ts';

/**
 * Offers the newest of the shown rows as a download, as many as one file may have.
 * @param element any of the view's own: its custom properties give the colours.
 */
export function saveRoom(
  kind: FileKind,
  element: Element,
  shown: readonly RoomRow[],
  lines: readonly Lifeline[],
): void {
  const rows = shown.slice(-DRAWING_LIMITS.exportRowsMax);
  const leftOut = shown.length - rows.length;
  const texts: Readonly<Record<FileKind, () => string>> = {
    SVG: () => roomSvg(rows, lines, coloursOf(element), leftOut),
    JSON: () => roomJson(rows, leftOut),
    Mermaid: () => roomMermaid(rows, lines, leftOut),
  };
  saveAs(kind, 'room', texts[kind]());
}
