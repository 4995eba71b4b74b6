/**
 * Goal: the npm package is one that every tool can import from: what it names is in it, and its types are
 * found by each way in which TypeScript looks for them from ES modules.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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
let name: string;

const PROGRAM = `
import { createPeer, type ChatPeer, type Message } from 'p2pchat';
import { encode } from 'p2pchat/protocol';
import { startRoomServer } from 'p2pchat/room-server';
import { runWorld, type WorldActor } from 'p2pchat/simulation';
import { TestRoom } from 'p2pchat/testing';
export async function talk(peer: ChatPeer, actor: WorldActor): Promise<Message[]> {
  await using other = await createPeer({ server: (await startRoomServer()).address, name: 'a', room: 'b' });
  await other.send(encode({ kind: 'LIST' }).toString());
  for await (const message of peer.messages) return [message];
  return [runWorld, TestRoom].length > 0 && actor.say('x') ? [] : [];
}
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'p2pchat-pack-'));
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', words, { cwd: ROOT, maxBuffer: 10_000_000 });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error(`npm pack said ${stdout}`);
  files = packed.files.map(({ path }) => path);
  name = packed.filename;
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

test('a strict program outside compiles against every entry, though it names no types of Node', async () => {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'p2pchat'), { recursive: true });
  await run('tar', ['-xzf', join(folder, name), '-C', join(modules, 'p2pchat'), '--strip-components=1']);
  for (const dependency of ['rxjs', 'xstate', 'zod', '@types', 'undici-types'])
    await symlink(join(ROOT, 'node_modules', dependency), join(modules, dependency));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  const words = [
    '--strict',
    '--noEmit',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--types',
    '',
    'program.ts',
  ];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const told = await run(process.execPath, [tsc, ...words], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
  expect(told.split('\n').filter((line) => /^(program|node_modules\/p2pchat\/)/.test(line))).toEqual([]);
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
