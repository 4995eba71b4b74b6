/** A statechart as elkjs has laid it out: active states lit, the arrows of the last transition traced. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { memo, useEffect, useRef, useState } from 'react';
import { allStates, type ChartState } from '../../../inspection/chart.ts';
import { Arrowhead, ArrowLine, EverywhereMark, type Lights, StateBox } from './ChartParts.tsx';
import { drawnArrows, everywhereId, initialId } from './elk-graph.ts';
import { layoutOf } from './layout.ts';

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

/**
 * Of a chart's natural size; `whole` fits it into the room that there is, `readable` where it can still be
 * read.
 */
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
