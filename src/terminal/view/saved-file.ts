/** What a user has saved: a plain text file of their own. */
import { writeFileSync } from 'node:fs';
import { harmless } from '../../words/harmless.ts';

/** Others on this computer need not read what was said. */
const FILE_MODE = 0o600;

/**
 * Writes lines to a new file, harmless to print.
 * @throws the system error where it can't be written; one that is there is not replaced.
 */
export function saveLines(path: string, lines: readonly string[]): void {
  const text = lines.map((line) => `${harmless(line)}\n`).join('');
  writeFileSync(path, text, { flag: 'wx', mode: FILE_MODE });
}
