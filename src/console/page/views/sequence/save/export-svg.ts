/**
 * The shown frames as one self-contained SVG file: every style is an attribute, its ground is painted,
 * nothing is loaded from elsewhere. So it looks the same in a browser, in an image viewer and in a document,
 * light or dark.
 *
 * Names and texts come from the network: they are made harmless and escaped, so that the file is well-formed
 * whatever they hold.
 */
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import { exactTimeOfDay } from '../../../state/clock-time.ts';
import { rowLabel, shorten } from '../diagram/frame-label.ts';
import {
  arrowHead,
  type Columns,
  crossOut,
  type Hue,
  hueOf,
  layoutArrow,
  layoutColumns,
} from '../diagram/geometry.ts';
import { columnFinder, type Lifeline } from '../diagram/lifelines.ts';
import { MEASURES } from '../diagram/measures.ts';
import type { ShownFrame } from '../filters.ts';

/** The colours of the picture, as CSS writes them. */
export interface PictureColours {
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly hues: Readonly<Record<Hue, string>>;
}

const FOOT_PX = 16;
const FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace';
const NAME_CHARACTERS = 14;
const { rowPx, headPx, arrowY, labelY, exportWidthPx } = MEASURES;

/** Writes the picture. */
export function sequenceSvg(
  shown: readonly ShownFrame[],
  lines: readonly Lifeline[],
  colours: PictureColours,
  title: string,
  leftOut = 0,
): string {
  const columns = layoutColumns(lines.length, exportWidthPx);
  const heightPx = headPx + shown.length * rowPx + FOOT_PX;
  const column = columnFinder(lines);
  return framedSvg({ widthPx: columns.widthPx, heightPx, colours, title, leftOut }, [
    ...lines.map((line, index) => lifelineSvg(line, columns.xs[index] ?? 0, heightPx, colours)),
    ...shown.map((one, index) => {
      const at = column(one.partyKey);
      return row(one, at, lines[at], headPx + index * rowPx, columns, colours);
    }),
  ]);
}

/** What every picture has. */
interface PictureFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colours: PictureColours;
  readonly title: string;
  /** Rows that the picture has no room for. */
  readonly leftOut: number;
}

/** A whole picture around its parts. */
export function framedSvg(
  { widthPx, heightPx, colours, title, leftOut }: PictureFrame,
  parts: readonly string[],
): string {
  const size = `width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}"`;
  const font = `font-family="${FONT}" font-size="12"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} fill="${attribute(colours.ink)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="${attribute(colours.ground)}"/>`,
    ...(leftOut > 0 ? [`<text x="8" y="48" font-size="10">${leftOut} older frames are left out</text>`] : []),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** Text as it may stand in an SVG file, between tags or in an attribute. */
export function escaped(text: string): string {
  return harmlessOnPage(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

function attribute(value: string): string {
  return escaped(value);
}

/** A lifeline with its head, down to the foot of the picture. */
export function lifelineSvg(line: Lifeline, x: number, heightPx: number, colours: PictureColours): string {
  const stroke = attribute(line.isGone ? colours.line : colours.faint);
  const dashes = line.isGone ? ' stroke-dasharray="2 4"' : '';
  const fill = attribute(line.isGone ? colours.faint : colours.ink);
  const faint = `fill="${attribute(colours.faint)}"`;
  const name = escaped(shorten(line.name, NAME_CHARACTERS));
  return [
    `<line x1="${x}" x2="${x}" y1="${headPx - 8}" y2="${heightPx - 4}" stroke="${stroke}"${dashes}/>`,
    `<text x="${x}" y="22" text-anchor="middle" font-weight="600" fill="${fill}">${name}</text>`,
    `<text x="${x}" y="38" text-anchor="middle" font-size="10" ${faint}>${escaped(line.note)}</text>`,
  ].join('\n');
}

function row(
  shown: ShownFrame,
  column: number,
  line: Lifeline | undefined,
  top: number,
  columns: Columns,
  colours: PictureColours,
): string {
  const { frame, partyName, isDuplicate } = shown;
  const arrow = layoutArrow(frame, column, columns);
  const hue = attribute(colours.hues[hueOf(frame.kind)]);
  const label = rowLabel(shown, line?.kind === 'others' ? partyName : null, arrow.labelCharacters);
  const y = top + arrowY;
  const dashes = arrow.isDatagram ? ' stroke-dasharray="5 4"' : '';
  const halo = `stroke="${attribute(colours.ground)}" stroke-width="4" paint-order="stroke"`;
  const faint = `fill="${attribute(colours.faint)}"`;
  const tail = label.tail ? ` <tspan ${faint}>${escaped(label.tail)}</tspan>` : '';
  return [
    `<text x="8" y="${y}" font-size="11" ${faint}>${exactTimeOfDay(frame.atMs)}</text>`,
    `<path d="M${arrow.fromX} ${y}H${arrow.toX}" fill="none" stroke="${hue}" stroke-width="1.5"${dashes}/>`,
    `<path d="${arrowHead(arrow, y)}" fill="${hue}"/>`,
    ...(isDuplicate
      ? [`<path d="${crossOut(arrow, y)}" stroke="${attribute(colours.hues.trouble)}" stroke-width="2"/>`]
      : []),
    `<text x="${arrow.labelX}" y="${top + labelY}" ${halo}>${escaped(label.head)}${tail}</text>`,
  ].join('\n');
}
