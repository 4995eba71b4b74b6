/**
 * What a drawn statechart is made of: boxes of states, arrows with their labels, marks. Texts are inserted as
 * text.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import type { ChartState } from '../../../inspection/chart.ts';
import { boxLines, EVERYWHERE_SIZE, SIZES, stayingWord } from './elk-graph.ts';
import { drawnWidths } from './layout.ts';

/** What is lit of a chart. */
export interface Lights {
  readonly active: ReadonlySet<string>;
  /** Ids of the arrows that were taken last. */
  readonly taken: ReadonlySet<string>;
}

export function StateBox({ state, node, lights }: { state: ChartState; node: ElkNode; lights: Lights }) {
  const { x = 0, y = 0, width = 0, height = 0 } = node;
  const lines = boxLines(state, drawnWidths());
  const widths = drawnWidths();
  const taken = state.arrows.filter(({ id, targets }) => targets.length === 0 && lights.taken.has(id));
  const stayed = new Set(taken.map(stayingWord));
  const head = SIZES.padding + SIZES.title;
  return (
    <g
      className="state"
      data-type={state.type}
      data-active={lights.active.has(state.id)}
      data-state={state.id}
      transform={`translate(${x} ${y})`}
    >
      <rect width={width} height={height} rx={8} />
      {state.type === 'final' ? (
        <rect className="final" x={3} y={3} width={width - 6} height={height - 6} rx={6} />
      ) : null}
      <text className="state-title" x={SIZES.padding} y={SIZES.padding + 13}>
        {state.key}
      </text>
      {lines.map(({ kind, words }, at) => {
        let left: number = SIZES.padding;
        return words.map((word) => {
          const from = left;
          left += widths.small(word) + SIZES.wordGap;
          return (
            <text
              key={word}
              className={kind === 'staying' ? 'staying' : 'inner-work'}
              data-taken={kind === 'staying' && stayed.has(word)}
              x={from}
              y={head + at * SIZES.line + 11}
            >
              {word}
            </text>
          );
        });
      })}
    </g>
  );
}

function wayOf({ sections = [] }: ElkExtendedEdge): string {
  return sections
    .map(({ startPoint, bendPoints = [], endPoint }) =>
      [startPoint, ...bendPoints, endPoint]
        .map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`)
        .join(''),
    )
    .join('');
}

export function ArrowLine({
  edge,
  taken,
}: {
  readonly edge: ElkExtendedEdge;
  readonly taken: readonly boolean[];
}) {
  const isTaken = taken.includes(true);
  return (
    <g className="arrow" data-taken={isTaken} data-arrow={edge.id}>
      <path d={wayOf(edge)} markerEnd={isTaken ? 'url(#head-taken)' : 'url(#head)'} />
      {(edge.labels ?? []).map(({ text = '', x = 0, y = 0, width = 0, height = 0 }) => (
        <g key={text}>
          <rect className="arrow-ground" x={x} y={y} width={width} height={height} rx={3} />
          {text.split('\n').map((line, at) => (
            <text
              className="arrow-label"
              // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike, and none of them ever moves
              key={at}
              data-taken={taken[at]}
              x={x + width / 2}
              y={y + at * SIZES.label + 12}
            >
              {line}
            </text>
          ))}
        </g>
      ))}
    </g>
  );
}

/** Where arrows begin that a state has wherever in it the machine is. */
export function EverywhereMark({ node: { x = 0, y = 0 } }: { readonly node: ElkNode }) {
  const radius = EVERYWHERE_SIZE / 2;
  return (
    <g className="everywhere" transform={`translate(${x + radius} ${y + radius})`}>
      <title>From everywhere in this state</title>
      <circle r={radius} />
      <text className="everywhere-sign" y={5.5}>
        ∗
      </text>
    </g>
  );
}

export function Arrowhead({ id }: { readonly id: string }) {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="8"
      markerHeight="8"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 0.5 7.5 4 0 7.5Z" />
    </marker>
  );
}
