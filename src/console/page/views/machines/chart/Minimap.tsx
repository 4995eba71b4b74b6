/** All of a statechart in small, with the part that is in sight; a click goes there. For the eye only. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { PointerEvent } from 'react';
import { allStates, type ChartState } from '../../../inspection/chart.ts';
import type { Box } from './chart-fit.ts';
import { nodesById } from './nodes.ts';

interface MinimapProps {
  readonly chart: ChartState;
  readonly drawn: ElkNode;
  readonly active: ReadonlySet<string>;
  /** What is in sight, at the drawing's natural size. */
  readonly view: Box;
  go(point: { readonly x: number; readonly y: number }): void;
}

export function Minimap({ chart, drawn, active, view, go }: MinimapProps) {
  const { width = 1, height = 1 } = drawn;
  // All of it is in sight: there is nowhere to go.
  if (view.width >= width && view.height >= height) return null;
  const nodes = nodesById(drawn);
  const pointed = (event: PointerEvent<SVGSVGElement>) => {
    if (event.type === 'pointermove' && event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.max(width / box.width, height / box.height);
    const [left, top] = [(box.width - width / share) / 2, (box.height - height / share) / 2];
    go({ x: (event.clientX - box.left - left) * share, y: (event.clientY - box.top - top) * share });
  };
  return (
    <svg
      className="minimap"
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      onPointerDown={pointed}
      onPointerMove={pointed}
    >
      {allStates(chart).map(({ id, states }) => {
        const node = nodes.get(id);
        return node === undefined ? null : (
          <rect
            key={id}
            x={node.x ?? 0}
            y={node.y ?? 0}
            width={node.width ?? 0}
            height={node.height ?? 0}
            data-active={active.has(id) && states.length === 0}
          />
        );
      })}
      <rect className="in-sight" x={view.x} y={view.y} width={view.width} height={view.height} />
    </svg>
  );
}
