/**
 * The shown rows of the whole room as a picture, as JSON for programs, and as a sequence diagram of Mermaid.
 * Names and texts come from the network: nothing in them can be taken for a tag or a word of Mermaid's. Pure.
 */

import { exactTimeOfDay } from '../../../../state/clock-time.ts';
import { rowLabel } from '../../diagram/frame-label.ts';
import { type Columns, hueOf } from '../../diagram/geometry.ts';
import { columnFinder, type Lifeline } from '../../diagram/lifelines.ts';
import { MEASURES } from '../../diagram/measures.ts';
import { escaped, framedSvg, lifelineSvg, type PictureColours } from '../../save/export-svg.ts';
import { mermaidText } from '../../save/export-text.ts';
import { layoutRoom, type PlacedRow } from '../drawing/room-layout.ts';
import { lineCross, lineEnd, markPath, roomColumns, roomLabel, slantedLine } from '../drawing/slanted.ts';
import type { MarkRow } from '../room-marks.ts';
import type { RoomRow } from '../room-rows.ts';

const LABEL_CHARACTERS = 80;

/** The picture, with its rows where they stand on the page. @param leftOut rows that it has no room for. */
export function roomSvg(
  rows: readonly RoomRow[],
  lines: readonly Lifeline[],
  colours: PictureColours,
  leftOut: number,
): string {
  const columns = roomColumns(lines.length, MEASURES.exportWidthPx);
  const columnOf = columnFinder(lines);
  const { placed, heightPx } = layoutRoom(rows);
  const frame = { widthPx: columns.widthPx, heightPx, colours, title: 'Frames of the room', leftOut };
  return framedSvg(frame, [
    ...lines.map((line, index) => lifelineSvg(line, columns.xs[index] ?? 0, heightPx, colours)),
    ...placed.map((each) => rowSvg(each, columnOf, columns, colours)),
  ]);
}

function rowSvg(
  placed: PlacedRow,
  columnOf: (key: string) => number,
  columns: Columns,
  colours: PictureColours,
): string {
  const { row, fromY } = placed;
  const hue = escaped(colours.hues[hueOf(row.kind)]);
  const trouble = escaped(colours.hues.trouble);
  const { head, tail, x, y, anchor } = roomLabel(placed, columnOf, columns);
  const faint = `fill="${escaped(colours.faint)}"`;
  const halo = `stroke="${escaped(colours.ground)}" stroke-width="4" paint-order="stroke"`;
  const end = tail ? ` <tspan ${faint}>${escaped(tail)}</tspan>` : '';
  return [
    `<text x="8" y="${fromY}" font-size="11" ${faint}>${exactTimeOfDay(row.atMs)}</text>`,
    ...(row.type === 'passage' ? lineSvg({ ...placed, row }, columnOf, columns, hue, trouble) : []),
    ...(row.type === 'mark'
      ? [
          `<path d="${markPath(row.sign, columns.xs[columnOf(row.peer.key)] ?? 0, fromY)}" fill="${row.sign === 'up' ? hue : escaped(colours.ground)}" stroke="${row.sign === 'broken' || row.sign === 'refused' ? trouble : hue}" stroke-width="2"/>`,
        ]
      : []),
    `<text x="${x}" y="${y}" text-anchor="${anchor}" ${halo}>${escaped(head)}${end}</text>`,
  ].join('\n');
}

function lineSvg(
  placed: Parameters<typeof slantedLine>[0],
  columnOf: (key: string) => number,
  columns: Columns,
  hue: string,
  trouble: string,
): readonly string[] {
  const line = slantedLine(placed, columnOf, columns);
  const { passage, keepalives } = placed.row;
  const dashes = passage.frame.via === 'datagram' ? ' stroke-dasharray="5 4"' : '';
  const stroke = `fill="none" stroke="${hue}" stroke-width="1.5"`;
  const isCrossed = passage.isDuplicate && keepalives === 0;
  return [
    `<path d="M${line.fromX} ${line.fromY}L${line.toX} ${line.toY}" ${stroke}${dashes}/>`,
    `<path d="${lineEnd(line)}" fill="${hue}" stroke="${hue}"/>`,
    ...(isCrossed ? [`<path d="${lineCross(line)}" fill="none" stroke="${trouble}" stroke-width="2"/>`] : []),
  ];
}

/**
 * One object with the frames, with the bytes that the page has (base64), what became of connections, and
 * events of machines.
 */
export function roomJson(rows: readonly RoomRow[], leftOut: number): string {
  const frames = rows.flatMap((row) => {
    if (row.type !== 'passage') return [];
    const { frame, fromName: from, toName: to, sent, received, ...rest } = row.passage;
    const { links, isDuplicate, isMissing } = rest;
    const times = { sentMs: sent?.atMs ?? null, receivedMs: received?.atMs ?? null };
    const { peer: _, direction: __, atMs: ___, party: ____, via: _____, ...bytes } = frame;
    const folded = row.keepalives > 0 ? { keepalives: row.keepalives } : {};
    return [{ ...bytes, from, to, ...times, links, isDuplicate, isMissing, ...folded }];
  });
  const marksOf = (kind: MarkRow['kind']) =>
    rows.flatMap((row) => {
      if (row.type !== 'mark' || row.kind !== kind) return [];
      const { order: serial, peer, atMs, sign, word, text } = row;
      return [{ serial, peer: peer.name, atMs, sign, word, text }];
    });
  const marks = { connections: marksOf('CONNECTION'), events: marksOf('EVENT') };
  const head = { format: 'p2pchat room', version: 1, leftOut };
  return JSON.stringify({ ...head, frames, ...marks }, null, 1);
}

/** The diagram's source; the marks are notes in it. */
export function roomMermaid(rows: readonly RoomRow[], lines: readonly Lifeline[], leftOut: number): string {
  const columnOf = columnFinder(lines);
  const written = rows.map((row) => {
    if (row.type === 'mark')
      return `  Note over p${columnOf(row.peer.key)}: ${mermaidText(`${row.word}, ${row.text}`)}`;
    const { frame, fromKey, toKey, isDuplicate, isMissing } = row.passage;
    // A cross at its end for what is dropped or does not come, dashes for UDP.
    const isCrossed = isDuplicate || isMissing;
    const arrow = `${frame.via === 'datagram' ? '--' : '-'}${isCrossed ? 'x' : '>>'}`;
    const { head, tail } = rowLabel({ ...row.passage, keepalives: row.keepalives }, null, LABEL_CHARACTERS);
    return `  p${columnOf(fromKey)}${arrow}p${columnOf(toKey)}: ${mermaidText(`${head} ${tail}`)}`;
  });
  return [
    'sequenceDiagram',
    ...lines.map(({ name }, index) => `  participant p${index} as ${mermaidText(name)}`),
    ...(leftOut > 0 ? [`  Note over p0: ${leftOut} older rows are left out`] : []),
    ...written,
    '',
  ].join('\n');
}
