/** The trace of a world, a line a notice. */
import { describe, type Notice } from '../../words/notices.ts';

/** A notice in one line of the trace. */
export function traceLine(who: string, notice: Notice): string {
  return `${who} ${notice.window === 'message' ? '[msg]' : '[cmd]'} ${describe(notice)}`;
}
