/** What `simulate` tells of other implementations at its end: which kind has shown how much twice. */
import { OTHER_KIND_NAMES, OTHER_KINDS } from '../../simulation/others/other-duplicates.ts';
import type { RecordedCopies } from '../../simulation/recording.ts';

const THOUSAND = 1_000;

/** A line for each kind; nothing where there were no other implementations. */
export function copiesTable(copies: readonly RecordedCopies[]): string {
  const lines = OTHER_KIND_NAMES.flatMap((kind) => {
    const ofKind = copies.filter((each) => each.kind === kind);
    if (ofKind.length === 0) return [];
    const shown = ofKind.reduce((sum, each) => sum + each.shown, 0);
    const again = ofKind.reduce((sum, each) => sum + each.again, 0);
    const share = shown === 0 ? 0 : (again * THOUSAND) / shown;
    const figures = `${shown} messages shown, ${share.toFixed(1)} of 1,000 once more`;
    return [`  ${kind.padEnd(10)} ${figures}; it takes for new each message ${OTHER_KINDS[kind].words}`];
  });
  return lines.length === 0
    ? ''
    : `Other implementations, by how they tell duplicates:\n${lines.join('\n')}\n`;
}
