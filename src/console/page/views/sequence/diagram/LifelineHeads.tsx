/** Names above the lifelines, and the lifelines themselves, down to the last row. */
import { memo } from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import type { Columns } from './geometry.ts';
import type { Lifeline } from './lifelines.ts';

export const LifelineHeads = memo(function LifelineHeads(props: {
  readonly lines: readonly Lifeline[];
  readonly columns: Columns;
}) {
  const { lines, columns } = props;
  return (
    <>
      <div className="heads" aria-hidden="true">
        <div className="corner" />
        {lines.map((line, column) => (
          <div
            key={line.key}
            className="head"
            data-kind={line.kind}
            data-gone={line.isGone}
            title={`${harmlessOnPage(line.name)} ${line.note}`}
            style={{ left: columns.xs[column] }}
          >
            <b>{harmlessOnPage(line.name)}</b>
            <small>{line.note}</small>
          </div>
        ))}
      </div>
      {lines.map((line, column) => (
        <div
          key={line.key}
          className="lifeline"
          data-kind={line.kind}
          data-gone={line.isGone}
          style={{ left: columns.xs[column] }}
        />
      ))}
    </>
  );
});
