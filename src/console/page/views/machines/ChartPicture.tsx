/** A statechart as elkjs has laid it out: active states lit, the arrows of the last transition traced. */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { memo, useEffect, useRef, useState } from 'react';
import { allStates, type ChartState } from '../../inspection/chart.ts';
import {
  drawnArrows,
  EVERYWHERE_SIZE,
  everywhereId,
  initialId,
  SIZES,
  stayingWord,
  stayingWords,
} from './elk-graph.ts';
import { drawnWidths, layoutOf } from './layout.ts';

interface Lights {
  readonly active: ReadonlySet<string>;
  /** Ids of the arrows that were taken last. */
  readonly taken: ReadonlySet<string>;
}

/** A small chart is not blown up to fill the room, */
const FIT_MAX = 1.15;
/** and a big one not shrunk until nobody can read it: then it scrolls. */
const READABLE_MIN = 0.85;

const NO_NODE: ElkNode = { id: '' };

function nodesById(node: ElkNode): Map<string, ElkNode> {
  const nodes = new Map<string, ElkNode>();
  const add = (one: ElkNode) => {
    nodes.set(one.id, one);
    one.children?.forEach(add);
  };
  add(node);
  return nodes;
}

/** The layout of a chart; `null` while it is made. */
function useLayout(chart: ChartState): { readonly drawn: ElkNode | null; readonly error: string | null } {
  const [made, setMade] = useState<{ chart: ChartState; drawn: ElkNode | null; error: string | null }>();
  useEffect(() => {
    let isWanted = true;
    layoutOf(chart).then(
      (drawn) => isWanted && setMade({ chart, drawn, error: null }),
      (error: unknown) => isWanted && setMade({ chart, drawn: null, error: String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [chart]);
  return made?.chart === chart ? made : { drawn: null, error: null };
}

function StateBox({ state, node, lights }: { state: ChartState; node: ElkNode; lights: Lights }) {
  const { x = 0, y = 0, width = 0, height = 0 } = node;
  const lines = stayingWords(state, drawnWidths());
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
      {lines.map((words, at) => {
        let left: number = SIZES.padding;
        return words.map((word) => {
          const from = left;
          left += widths.small(word) + SIZES.wordGap;
          return (
            <text
              key={word}
              className="staying"
              data-taken={stayed.has(word)}
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

function ArrowLine({ edge, taken }: { readonly edge: ElkExtendedEdge; readonly taken: readonly boolean[] }) {
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
              // biome-ignore lint/suspicious/noArrayIndexKey: two arrows may have the same words
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
function EverywhereMark({ node: { x = 0, y = 0 } }: { readonly node: ElkNode }) {
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

function Arrowhead({ id }: { readonly id: string }) {
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

/** Of a chart's natural size; `whole` fits it into the room that there is, `readable` where it can still be read. */
export type ChartScale = number | 'whole' | 'readable';

interface ChartPictureProps extends Lights {
  readonly chart: ChartState;
  /** In words, for those who can't see it. */
  readonly label: string;
  readonly scale: ChartScale;
}

export const ChartPicture = memo(function ChartPicture({
  chart,
  active,
  taken,
  label,
  scale,
}: ChartPictureProps) {
  const { drawn, error } = useLayout(chart);
  const picture = useRef<SVGSVGElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the picture that these change
  useEffect(() => {
    const traced = picture.current?.querySelectorAll('.arrow[data-taken="true"]') ?? [];
    const lit = picture.current?.querySelectorAll('.state[data-active="true"]') ?? [];
    // The state comes last: where not both fit, it is what is seen.
    for (const one of [...traced, ...[...lit].slice(-1)])
      one.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [drawn, active, taken, scale]);
  if (error !== null) return <p className="nothing">This statechart can’t be drawn: {error}</p>;
  if (drawn === null) return <p className="nothing">Drawing…</p>;
  const nodes = nodesById(drawn);
  const { width = 0, height = 0 } = drawn;
  const takenOf = new Map(
    drawnArrows(chart).map((arrows) => [arrows[0]?.id ?? '', arrows.map(({ id }) => taken.has(id))]),
  );
  const isFit = typeof scale === 'string';
  const least =
    scale === 'readable' ? { minWidth: width * READABLE_MIN, minHeight: height * READABLE_MIN } : {};
  const style = isFit
    ? { maxWidth: width * FIT_MAX, ...least }
    : { width: width * scale, height: height * scale };
  return (
    <svg
      ref={picture}
      className="chart-picture"
      data-fit={isFit}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      style={style}
    >
      <defs>
        <Arrowhead id="head" />
        <Arrowhead id="head-taken" />
      </defs>
      {allStates(chart).map((state) => (
        <StateBox
          key={state.id}
          state={state}
          node={nodes.get(state.id) ?? NO_NODE}
          lights={{ active, taken }}
        />
      ))}
      {allStates(chart).map((state) => {
        const dot = nodes.get(initialId(state));
        return dot === undefined ? null : (
          <circle key={dot.id} className="initial" cx={(dot.x ?? 0) + 5} cy={(dot.y ?? 0) + 5} r={5} />
        );
      })}
      {allStates(chart).map((state) => {
        const mark = nodes.get(everywhereId(state.id));
        return mark === undefined ? null : <EverywhereMark key={mark.id} node={mark} />;
      })}
      {(drawn.edges ?? [])
        .map((edge) => ({ edge, isTaken: takenOf.get(edge.id.split(' ')[0] ?? '') ?? [] }))
        .toSorted((one, other) => Number(one.isTaken.includes(true)) - Number(other.isTaken.includes(true)))
        .map(({ edge, isTaken }) => (
          <ArrowLine key={edge.id} edge={edge} taken={isTaken} />
        ))}
    </svg>
  );
});
