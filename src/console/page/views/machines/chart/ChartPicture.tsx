/** A statechart as elkjs has laid it out: active states lit, the arrows of the last transition traced. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { memo } from 'react';
import { allStates, type ChartState } from '../../../inspection/chart.ts';
import { Arrowhead, ArrowLine, EverywhereMark, type Lights, StateBox } from './ChartParts.tsx';
import { drawnArrows, everywhereId, initialId } from './elk-graph.ts';
import { nodesById } from './nodes.ts';

const NO_NODE: ElkNode = { id: '' };

interface ChartPictureProps extends Lights {
  readonly chart: ChartState;
  /** In words, for those who can't see it. */
  readonly label: string;
  /** Of the natural size. */
  readonly scale: number;
  readonly drawn: ElkNode;
}

export const ChartPicture = memo(function ChartPicture({
  chart,
  drawn,
  active,
  taken,
  label,
  scale,
}: ChartPictureProps) {
  const nodes = nodesById(drawn);
  const { width = 0, height = 0 } = drawn;
  const takenOf = new Map(
    drawnArrows(chart).map((arrows) => [arrows[0]?.id ?? '', arrows.map(({ id }) => taken.has(id))]),
  );
  return (
    <svg
      className="chart-picture"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      style={{ width: width * scale, height: height * scale }}
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
