/** Waits until a file of a command changes. Editors put a new file in its place: its folder is watched. */
import { existsSync, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { CHECK_SETTLED_MS } from '../../limits/check.ts';
import { CannotRunError } from '../../words/cannot-run.ts';

/** The words of a command that are files. */
function filesOf(command: readonly string[]): string[] {
  return command.filter((word) => existsSync(word) && statSync(word).isFile()).map((word) => resolve(word));
}

/**
 * Resolves once one of the files has changed, and nothing more has for a moment; at once where `stopped`
 * resolves.
 * @throws CannotRunError where the command names no file.
 */
export function nextChange(command: readonly string[], stopped: Promise<void>): Promise<void> {
  const files = filesOf(command);
  if (files.length === 0) throw new CannotRunError('--watch: no word of the command is a file.');
  return new Promise((done) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      done();
    };
    const watchers = [...new Set(files.map((file) => dirname(file)))].map((folder) =>
      watch(folder, (_event, name) => {
        if (!files.some((file) => dirname(file) === folder && basename(file) === name)) return;
        clearTimeout(timer);
        timer = setTimeout(finish, CHECK_SETTLED_MS);
      }),
    );
    void stopped.then(finish);
  });
}
