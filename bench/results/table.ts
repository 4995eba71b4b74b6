/**
 * The rows of the bench as a table in Markdown, so that what is printed can be put into a document as it is.
 */
import type { Row } from './row.ts';

/** The two lines above the rows. */
export const TABLE_HEAD = '| what | ratio | spread | aim | holds | figures |\n|---|---|---|---|---|---|\n';

/** One row of it. */
export function tableLine({ name, ratio, spread, aim, holds, figures }: Row): string {
  const cells = [
    name,
    ratio === null ? '' : ratio.toFixed(2),
    ratio === null ? '' : `±${Math.round(spread * 100)} %`,
    aim,
    aim === '' ? '' : holds ? 'yes' : '**no**',
    figures,
  ];
  return `| ${cells.join(' | ')} |\n`;
}
