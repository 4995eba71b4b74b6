/** The files of the built page, from the package's dist/console. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file for a browser. */
export interface SiteFile {
  readonly bytes: Buffer;
  readonly type: string;
}

/** The page has not been built; the message is what the browser shows. */
export class PageNotBuiltError extends Error {
  override readonly name = 'PageNotBuiltError';
  constructor() {
    super('The page of the console is not built yet: run "npm run build" and reload.');
  }
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ndjson': 'application/x-ndjson; charset=utf-8',
};

const INDEX = '/index.html';
/**
 * Names that begin with a letter, a digit or `_`, in folders of such names: nothing that could lead out of
 * the page.
 */
const PATH = /^(?:\/[\w-]+(?:\.[\w-]+)*)+$/;

/** Where the page is built to: beside the bundled program, or seen from its source. */
export function builtPage(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? '../../../dist/console/' : './console/', import.meta.url));
}

/** The files under one directory. */
export class Site {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * The file of a URL's path; `null` where there is none.
   * @throws PageNotBuiltError where even the first page is missing.
   */
  async file(path: string): Promise<SiteFile | null> {
    const name = path === '/' ? INDEX : path;
    const type = TYPES[extname(name)];
    if (type === undefined || !PATH.test(name)) return null;
    try {
      return { bytes: await readFile(join(this.#directory, name)), type };
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (name === INDEX) throw new PageNotBuiltError();
      return null;
    }
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
