/** Bars over an axis of whole numbers, with lines that mark a place between them. */
import { axisTicks } from '../statistics.ts';
import { Figure, FRAME, Ticks } from './Figure.tsx';

/** One bar; its label stands at its left edge or below its middle. */
interface Bar {
  readonly label: string;
  readonly count: number;
  /** All of it in words. */
  readonly hint: string;
}

interface BarChartProps {
  readonly title: string;
  /** Its figures in a line. */
  readonly words: string;
  /** What is counted. */
  readonly axis: string;
  readonly bars: readonly Bar[];
  readonly labels: 'at edges' | 'below';
  /** Places between bars, from 0 to their number. */
  readonly marks?: readonly { readonly label: string; readonly at: number }[];
}

/** Fewer bars than this would be clumsily wide. */
const LEAST_BARS = 8;
const MOST_LABELS = 9;
const LABEL_ROOM = 48;
const BASE = FRAME.height - FRAME.bottom;

export function BarChart({ title, words, axis, bars, labels, marks = [] }: BarChartProps) {
  const ticks = axisTicks(Math.max(0, ...bars.map(({ count }) => count)));
  const top = ticks.at(-1) ?? 1;
  const y = (value: number) => BASE - (value / top) * (BASE - FRAME.top);
  const width = (FRAME.width - FRAME.left - FRAME.right) / Math.max(LEAST_BARS, bars.length);
  const x = (at: number) => FRAME.left + at * width;
  const isAtEdges = labels === 'at edges';
  const every = isAtEdges ? 1 : Math.ceil(bars.length / MOST_LABELS);
  return (
    <Figure title={title} words={words} isEmpty={bars.length === 0}>
      <Ticks ticks={ticks} y={y} title="deliveries" />
      {bars.map(({ label, count, hint }, at) => (
        <g key={hint}>
          <rect
            className="bar"
            x={x(at) + 1}
            width={Math.max(1, width - 2)}
            y={y(count)}
            height={BASE - y(count)}
          >
            <title>{hint}</title>
          </rect>
          {at % every === 0 ? (
            <text className="middle" x={x(at + (isAtEdges ? 0 : 0.5))} y={BASE + 17}>
              {label}
            </text>
          ) : null}
        </g>
      ))}
      {marks.map(({ label, at }, row) => (
        <g key={label}>
          <line className="mark" x1={x(at)} x2={x(at)} y1={FRAME.top - 26 + row * 13} y2={BASE} />
          <text
            className={x(at) > FRAME.width - LABEL_ROOM ? 'end' : ''}
            x={x(at) + (x(at) > FRAME.width - LABEL_ROOM ? -4 : 4)}
            y={FRAME.top - 18 + row * 13}
          >
            {label}
          </text>
        </g>
      ))}
      <text className="middle" x={(FRAME.left + FRAME.width - FRAME.right) / 2} y={FRAME.height - 8}>
        {axis}
      </text>
    </Figure>
  );
}
