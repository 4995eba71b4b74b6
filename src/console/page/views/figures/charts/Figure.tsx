/** What all charts of this view have in common: a card with a title and its figures in words, and an axis. */
import type { ReactNode } from 'react';

/** The drawing area of all charts, in the units of their view box. */
export const FRAME = { width: 440, height: 270, left: 58, right: 14, top: 34, bottom: 46 } as const;

interface FigureProps {
  readonly title: string;
  readonly words: string;
  readonly isEmpty: boolean;
  readonly legend?: ReactNode;
  readonly children: ReactNode;
}

export function Figure({ title, words, isEmpty, legend, children }: FigureProps) {
  return (
    <figure className="panel chart">
      <figcaption>
        <h2>{title}</h2>
        <p>{words}</p>
      </figcaption>
      {isEmpty ? null : (
        <svg viewBox={`0 0 ${FRAME.width} ${FRAME.height}`} role="img" aria-label={`${title}: ${words}`}>
          {children}
        </svg>
      )}
      {isEmpty ? null : legend}
    </figure>
  );
}

interface TicksProps {
  readonly ticks: readonly number[];
  y(value: number): number;
  readonly title: string;
}

/** The lines and numbers of the vertical axis. */
export function Ticks({ ticks, y, title }: TicksProps) {
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="grid" x1={FRAME.left} x2={FRAME.width - FRAME.right} y1={y(tick)} y2={y(tick)} />
          <text className="end" x={FRAME.left - 8} y={y(tick) + 4}>
            {tick.toLocaleString('en')}
          </text>
        </g>
      ))}
      <text x={4} y={14}>
        {title}
      </text>
    </>
  );
}
