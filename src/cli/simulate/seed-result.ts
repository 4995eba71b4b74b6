/** What one seed has given, as a worker tells it: one JSON object a line. */
import type { RecordedCopies, Violation } from '../../simulation/recording.ts';

/** The result of one world. */
export interface SeedResult {
  readonly seed: number;
  readonly simulatedMs: number;
  readonly traceHash: string;
  readonly violation: Violation | null;
  /** What other implementations have shown, and shown again. */
  readonly copies: readonly RecordedCopies[];
  readonly replay: string;
}
