/**
 * The rows of the diagram of the whole room: its frames, and the marks of its connections, in the order in
 * which they happened; which of them are shown, and KEEPALIVEs folded. Pure.
 *
 * Invariants: orders rise from row to row; a mark comes after the frames of its own millisecond.
 */
import type { ConsoleFrame, ConsoleNotice } from '../../../../feed/messages.ts';
import type { Counted, FrameFilter } from '../filters.ts';
import { readSearch, type Searched, searchedFrame } from '../search.ts';
import type { Passage, RoomFrames, RoomPeer } from './passages.ts';
import { type MarkSign, markOf, markWord } from './room-marks.ts';

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

/** What has become of a connection. */
interface MarkRow {
  readonly type: 'mark';
  readonly kind: 'CONNECTION';
  readonly order: number;
  readonly atMs: number;
  readonly peer: RoomPeer;
  readonly sign: MarkSign;
  readonly word: string;
  readonly text: string;
}

/** A row of the diagram. */
export type RoomRow = PassageRow | MarkRow;

/** Between two frames there is room for so many marks in the order. */
const MARKS_BETWEEN = 1_000_000;

/** All rows. @param notices of all peers. */
export function roomRows(
  { passages }: RoomFrames,
  notices: readonly ConsoleNotice[],
  peers: readonly RoomPeer[],
): readonly RoomRow[] {
  const frames = passages.map((passage): PassageRow => {
    const point = passage.sent ?? passage.received ?? { order: passage.frame.serial, atMs: 0 };
    return { type: 'passage', kind: passage.frame.kind, ...point, passage, keepalives: 0 };
  });
  frames.sort((left, right) => left.order - right.order);
  return merged(frames, marksOf(notices, peers));
}

function marksOf(notices: readonly ConsoleNotice[], peers: readonly RoomPeer[]): readonly MarkRow[] {
  const byId = new Map(peers.map((peer) => [peer.id, peer]));
  return notices
    .flatMap((notice): MarkRow[] => {
      const sign = markOf(notice);
      const peer = byId.get(notice.peer);
      if (sign === undefined || !peer) return [];
      const { atMs, text } = notice;
      return [
        { type: 'mark', kind: 'CONNECTION', order: 0, atMs, peer, sign, word: markWord(sign, text), text },
      ];
    })
    .sort((left, right) => left.atMs - right.atMs);
}

function merged(frames: readonly PassageRow[], marks: readonly MarkRow[]): readonly RoomRow[] {
  const rows: RoomRow[] = [];
  let [next, last, between] = [0, 0, 0];
  const place = (mark: MarkRow) => {
    between += 1;
    rows.push({ ...mark, order: last + between / MARKS_BETWEEN });
  };
  for (const frame of frames) {
    for (let mark = marks[next]; mark && mark.atMs < frame.atMs; mark = marks[next]) {
      place(mark);
      next += 1;
    }
    rows.push(frame);
    [last, between] = [frame.order, 0];
  }
  for (const mark of marks.slice(next)) place(mark);
  return rows;
}

function searchedRow(row: RoomRow): Searched {
  if (row.type === 'passage') {
    const { frame, fromName, toName, links } = row.passage;
    return searchedFrame(frame, [fromName, toName], links);
  }
  const { kind, atMs, peer, word, text } = row;
  return {
    kind,
    names: [peer.name],
    links: [],
    atMs,
    message: null,
    text: () => `${word} ${text}`.toLowerCase(),
  };
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
