/**
 * The rows of the diagram of the whole room: its frames, and the marks on its lifelines, in the order in
 * which they happened; which of them are shown, and KEEPALIVEs folded. Pure.
 *
 * Invariant: orders rise from row to row.
 */
import type { ConsoleFrame } from '../../../../feed/messages.ts';
import { readSearch, type Searched } from '../../search/search.ts';
import type { Counted, FrameFilter } from '../filters.ts';
import { searchedFrame } from '../searched-frame.ts';
import type { Passage, RoomFrames } from './passages.ts';
import type { MarkRow } from './room-marks.ts';

/** A frame. */
export interface PassageRow {
  readonly type: 'passage';
  readonly kind: ConsoleFrame['kind'];
  readonly order: number;
  readonly atMs: number;
  readonly passage: Passage;
  /** How many KEEPALIVEs the row stands for; 0 for a frame that is shown itself. */
  readonly keepalives: number;
}

/** A row of the diagram. */
export type RoomRow = PassageRow | MarkRow;

/** All rows. */
export function roomRows({ passages }: RoomFrames, marks: readonly MarkRow[]): readonly RoomRow[] {
  const frames = passages.map((passage): PassageRow => {
    const point = passage.sent ?? passage.received ?? { order: passage.frame.serial, atMs: 0 };
    return { type: 'passage', kind: passage.frame.kind, ...point, passage, keepalives: 0 };
  });
  return [...frames, ...marks].sort((left, right) => left.order - right.order);
}

function searchedRow(row: RoomRow): Searched {
  if (row.type === 'mark') return row.searched();
  const { frame, fromName, toName, links } = row.passage;
  return searchedFrame(frame, [fromName, toName], links);
}

/** Keys of the lifelines that a row touches. */
function keysOf(row: RoomRow): readonly string[] {
  return row.type === 'mark' ? [row.peer.key] : [row.passage.fromKey, row.passage.toKey];
}

/** The rows that pass, in their order. */
export function filterRows(
  rows: readonly RoomRow[],
  { hiddenKinds, party, search }: FrameFilter,
): readonly RoomRow[] {
  const passes = readSearch(search);
  return rows.filter(
    (row) =>
      !hiddenKinds.has(row.kind) &&
      (party === null || keysOf(row).includes(party)) &&
      passes(searchedRow(row)),
  );
}

/** The rows with each run of KEEPALIVEs of one peer as one row, that of its first JOIN. */
export function foldRows(rows: readonly RoomRow[]): readonly RoomRow[] {
  const folded: RoomRow[] = [];
  /** Where the run of each peer stands, while it lasts. */
  const runs = new Map<string, number>();
  for (const row of rows) {
    if (row.type === 'passage' && row.passage.isKeepalive) addToRun(folded, runs, row);
    else {
      for (const key of keysOf(row)) runs.delete(key);
      folded.push(row);
    }
  }
  return folded;
}

function addToRun(folded: RoomRow[], runs: Map<string, number>, row: PassageRow): void {
  const peer = keptBy(row.passage);
  const at = runs.get(peer) ?? folded.length;
  const run = folded[at];
  const keepalives = row.kind === 'JOIN' ? 1 : 0;
  if (run?.type === 'passage') folded[at] = { ...run, keepalives: run.keepalives + keepalives };
  else folded.push({ ...row, keepalives: 1 });
  runs.set(peer, at);
}

/** Whose place in the room a KEEPALIVE keeps. */
function keptBy({ frame, fromKey, toKey }: Passage): string {
  return frame.direction === 'out' ? fromKey : toKey;
}

/** How many rows each lifeline has, for the choice of one. */
export function countLifelines(
  rows: readonly RoomRow[],
  lines: readonly { readonly key: string; readonly name: string }[],
): readonly Counted[] {
  const counts = new Map<string, number>();
  for (const row of rows) for (const key of keysOf(row)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return lines.flatMap(({ key, name }) => {
    const frames = counts.get(key) ?? 0;
    return frames > 0 ? [{ key, name, frames }] : [];
  });
}
