/** The files of code of this repository, for what must hold of all of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where code stands. */
export const CODE_FOLDERS = ['src', 'test', 'bench', 'scripts', 'examples'];

/** Paths of all files of TypeScript in these folders, from the root of the repository. */
export function codeFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(ROOT, folder, name)),
  );
}
