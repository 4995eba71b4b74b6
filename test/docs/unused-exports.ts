/**
 * Which exports nobody imports. Read from the syntax of the files: `import * as`, `export * from` and
 * `import()` count as imports of everything that the file exports.
 */
import { dirname, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

/** What one file takes from others, and gives. */
interface Module {
  /** Names that it exports. */
  readonly exported: readonly string[];
  /** Of which file, and the name there; `null` for all of them. */
  readonly imported: readonly { readonly file: string; readonly name: string | null }[];
}

/** @throws SyntaxError where the text can't be parsed. */
function moduleOf(path: string, text: string): Module {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path} can't be parsed: ${errors[0]?.message}`);
  const file = (request: string): string => resolve(dirname(path), request);
  const exports = module.staticExports.flatMap(({ entries }) => entries);
  return {
    exported: exports.flatMap(({ exportName }) =>
      exportName.kind === 'Default' ? ['default'] : (exportName.name ?? []),
    ),
    imported: [
      ...module.staticImports.flatMap(({ moduleRequest, entries }) =>
        entries.map(({ importName }) => ({
          file: file(moduleRequest.value),
          name: importName.kind === 'Default' ? 'default' : importName.name,
        })),
      ),
      ...exports.flatMap(({ moduleRequest, importName }) =>
        moduleRequest ? [{ file: file(moduleRequest.value), name: importName.name }] : [],
      ),
      ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
        file: file(text.slice(start, end).replaceAll(/^['"]|['"]$/g, '')),
        name: null,
      })),
    ],
  };
}

/**
 * The exports that no other file imports.
 * @param texts the text of each file, by its absolute path.
 * @param isLooked whether exports of this file are looked at; all files are looked at for what they import.
 * @returns `path: name` of each.
 */
export function unusedExports(
  texts: ReadonlyMap<string, string>,
  isLooked: (path: string) => boolean,
): readonly string[] {
  const modules = [...texts].map(([path, text]) => ({ path, ...moduleOf(path, text) }));
  const used = new Set(
    modules.flatMap(({ imported }) => imported.map(({ file, name }) => `${file}: ${name ?? '*'}`)),
  );
  return modules
    .filter(({ path }) => isLooked(path) && !used.has(`${path}: *`))
    .flatMap(({ path, exported }) => exported.map((name) => `${path}: ${name}`))
    .filter((name) => !used.has(name));
}
