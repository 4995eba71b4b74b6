/**
 * Goal: the npm package is one that every tool can import from: what it names is in it, and its types are
 * found by each way in which TypeScript looks for them from ES modules.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../docs/code-files.ts';

const run = promisify(execFile);
let folder: string;
let tarball: Buffer;
let files: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'p2pchat-pack-'));
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', words, { cwd: ROOT, maxBuffer: 10_000_000 });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error(`npm pack said ${stdout}`);
  files = packed.files.map(({ path }) => path);
  tarball = await readFile(join(folder, packed.filename));
});

afterAll(() => rm(folder, { recursive: true }));

test('publint finds nothing', async () => {
  const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('each entry has types, whoever imports it from an ES module', async () => {
  const result = await checkPackage(createPackageFromTarballData(tarball));
  if (result.types === false) throw new Error('The package has no types.');
  expect(result.types).toEqual({ kind: 'included' });
  // There is no CommonJS of it, and Node 10 knows no exports: require() is told so by Node itself.
  const isOfEsm = (problem: Problem) =>
    !('resolutionKind' in problem) ||
    problem.resolutionKind === 'node16-esm' ||
    problem.resolutionKind === 'bundler';
  expect(result.problems.filter(isOfEsm)).toEqual([]);
});

test('the package has what it needs to run, and nothing of its making', () => {
  for (const path of [
    'dist/cli.js',
    'dist/library/index.js',
    'dist/console/index.html',
    'LICENSE',
    'README.md',
  ])
    expect(files).toContain(path);
  expect(files.filter((path) => /^(src|test|bench|scripts|node_modules)\//.test(path))).toEqual([]);
});
