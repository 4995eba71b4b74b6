/**
 * A notice as one line of JSON, for programs: `window`, `type`, the notice's own fields, `time` (ISO 8601).
 */

import { harmlessJson } from '../../words/harmless.ts';
import type { FaceNotice } from '../face-notice.ts';

/**
 * Reads back with JSON.parse to exactly the strings of the notice, and is harmless in a terminal all the
 * same.
 */
export function toJsonLine(notice: FaceNotice, timeMs: number): string {
  const { window, type, ...fields } = notice;
  const time = new Date(timeMs).toISOString();
  return harmlessJson({ window, type, ...fields, ...errorField(notice), time });
}

/** An Error has nothing of its own that JSON would show. */
function errorField(notice: FaceNotice): { error?: { name: string; message: string } } {
  if (notice.type !== 'refused') return {};
  return { error: { name: notice.error.name, message: notice.error.message } };
}
