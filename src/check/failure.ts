/** Why a case failed, as data: what every report shows. */
import type { FieldFault, StrictFrame } from '../protocol/dissect/strict-frame.ts';

/** What a case found wrong. */
export interface Finding {
  /** One sentence: what was expected and what came. */
  readonly what: string;
  /** The frame that is wrong, where one is. */
  readonly frame?: StrictFrame;
  /** The field of it that is wrong, where one is. */
  readonly field?: FieldFault;
}

/** Ends a case as failed. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly finding: Finding;

  constructor(what: string, more: Omit<Finding, 'what'> = {}) {
    super(what);
    this.finding = { what, ...more };
  }
}

/** Ends a case that can't be run here: neither passed nor failed. */
export class CannotCheckError extends Error {
  override readonly name = 'CannotCheckError';
}
