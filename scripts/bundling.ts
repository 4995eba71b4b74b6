/**
 * How everything that runs from a bundle is bundled: the program, and the bench beside it. By Rolldown, which
 * makes the console's page too (vite.config.ts), and which reads few chunks at one time when a program
 * starts: a program that may have only 40 files open can start.
 */
import { rolldown } from 'rolldown';

/** What is bundled, and where it goes. */
export interface Bundle {
  /** The sources of the programs, by the path of their files in `directory`, without the `.js`. */
  readonly entries: Readonly<Record<string, string>>;
  /** Is emptied before. */
  readonly directory: string;
  /** What stays outside and is loaded from where it lies. */
  readonly external: readonly string[];
}

/** Bundles programs for Node: their entries, and the chunks that they share or load on demand. */
export async function bundle({ entries, directory, external }: Bundle): Promise<void> {
  const made = await rolldown({
    input: { ...entries },
    external: [...external],
    platform: 'node',
    transform: {
      target: 'node20',
      // XState checks and warns more while developing; tests and tsx run it that way.
      define: { 'process.env.NODE_ENV': '"production"' },
    },
    // Puts the value in the place of a module's constant. Otherwise V8 has to read a variable, and to ask
    // what it is, in every turn of a loop: a fingerprint takes three times as long.
    optimization: { inlineConst: { mode: 'all' } },
  });
  await made.write({
    dir: directory,
    cleanDir: true,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    minify: { compress: true, mangle: false, codegen: false },
  });
  await made.close();
}
