/**
 * The REPL's history on disk: one line a line, oldest first, in the XDG state directory.
 *
 * Invariants: only its owner can read it (0600 in a directory made with 0700); never more than the limits are
 * kept; it is replaced whole (a new file, renamed), so that a crash leaves the old one; another program's
 * lines that were added in the meantime are kept. Every function may throw a system error: the face tells the
 * user.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { HISTORY_FILE_MAX_BYTES, HISTORY_LINE_MAX_CHARACTERS, HISTORY_MAX_LINES } from '../limits.ts';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** `$XDG_STATE_HOME/p2pchat/history`; a relative path in the variable is ignored, as XDG wants it. */
export function historyPath(env: Readonly<Record<string, string | undefined>>): string {
  const told = env.XDG_STATE_HOME ?? '';
  const home = isAbsolute(told) ? told : join(env.HOME || homedir(), '.local', 'state');
  return join(home, 'p2pchat', 'history');
}

/** The lines of a history file, oldest first; none if there is no file. */
export function readHistory(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isFile() || stats.size > HISTORY_FILE_MAX_BYTES)
    throw new Error(`${path} is not a history file`);
  return readFileSync(path, 'utf8').split('\n').filter(isWorthKeeping).slice(-HISTORY_MAX_LINES);
}

/** Adds lines, oldest first, behind what is in the file by now. */
export function appendHistory(path: string, lines: readonly string[]): void {
  const added = lines.filter(isWorthKeeping);
  if (added.length === 0) return;
  makeDirectory(dirname(path));
  const kept = [...readHistory(path), ...added].slice(-HISTORY_MAX_LINES);
  const fresh = `${path}.${process.pid}`;
  try {
    writeFileSync(fresh, `${kept.join('\n')}\n`, { mode: FILE_MODE, flag: 'wx' });
    renameSync(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/**
 * Makes a directory and what is missing above it. Not by mkdir's own `recursive`, which goes round for ever
 * where a folder is there and takes no child (/proc).
 */
function makeDirectory(path: string): void {
  const isThere = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  const missing: string[] = [];
  for (let folder = path; !isThere(folder) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.push(folder);
  }
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode: DIRECTORY_MODE });
    } catch (error) {
      // Another program may have made it in the meantime.
      if (!isThere(folder)) throw error;
    }
  }
}

/** Control characters would do on the prompt what they say. */
function isWorthKeeping(line: string): boolean {
  return line !== '' && line.length <= HISTORY_LINE_MAX_CHARACTERS && !/\p{Cc}/u.test(line);
}
