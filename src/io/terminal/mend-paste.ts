/**
 * Mends how node:readline (seen in 20.20) takes several characters that arrive in one chunk: a paste, or fast
 * typing while the process is busy. Of such a chunk it appends every character but the last to the END of the
 * line, wherever the cursor is, and does not notice when that makes the line wrap: text comes out garbled,
 * and the next redrawing lands on the wrong row.
 *
 * The cause is that one flag, `isCompletionEnabled`, stands both for "a Tab in here is text" and for "insert
 * the quick way". Here the quick way is closed and the meaning for Tab stays. Where a later readline has no
 * `_insertString`, nothing is changed.
 */
import type { Interface } from 'node:readline';

interface Insides {
  isCompletionEnabled?: boolean;
  _insertString?(text: string): void;
}

/** Makes pasted text go where the cursor is. */
export function mendPaste(readline: Interface): void {
  const insides = readline as Interface & Insides;
  const insert = insides._insertString;
  if (insert === undefined) return;
  insides._insertString = (text) => {
    const flag = insides.isCompletionEnabled;
    insides.isCompletionEnabled = true;
    insert.call(readline, text);
    if (flag !== undefined) insides.isCompletionEnabled = flag;
  };
}
