/** The layout of a statechart for React. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { useEffect, useState } from 'react';
import type { ChartState } from '../../../inspection/chart.ts';
import { layoutOf } from './layout.ts';

/** The layout of a chart; `null` while it is made. */
export function useLayout(chart: ChartState): {
  readonly drawn: ElkNode | null;
  readonly error: string | null;
} {
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
