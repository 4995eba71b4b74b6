/**
 * Goal: whoever follows a reference finds what it names: links of the documents, citations of the contract.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The files below these folders whose names end so, from the root of the repository. */
async function filesIn(folders: readonly string[], ending: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(join(ROOT, folder), { recursive: true }))
      if (entry.endsWith(ending)) found.push(join(folder, entry));
  }
  return found;
}

async function documents(): Promise<string[]> {
  const atRoot = (await readdir(ROOT)).filter((name) => name.endsWith('.md'));
  return [...atRoot, ...(await filesIn(['docs'], '.md'))];
}

const LINK = /\]\((?!https?:)([^)#\s]+)(#[^)\s]*)?\)/g;

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

async function headings(path: string): Promise<string[]> {
  const text = await readFile(join(ROOT, path), 'utf8');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

test('every link of a document leads to a file, and to a heading that it has', async () => {
  const broken: string[] = [];
  let links = 0;
  for (const document of await documents()) {
    const text = await readFile(join(ROOT, document), 'utf8');
    for (const [, target = '', anchor = ''] of text.matchAll(LINK)) {
      links += 1;
      const path = join(dirname(document), target);
      if (!existsSync(join(ROOT, path))) broken.push(`${document}: ${target}`);
      else if (anchor !== '' && !(await headings(path)).map(anchorOf).includes(anchor.slice(1)))
        broken.push(`${document}: ${target}${anchor}`);
    }
  }
  expect(broken).toEqual([]);
  expect(links).toBeGreaterThan(20);
});

test('every file and folder of the program that a document names is there', async () => {
  const missing: string[] = [];
  let named = 0;
  for (const document of await documents()) {
    const text = await readFile(join(ROOT, document), 'utf8');
    for (const [, path = ''] of text.matchAll(/`((?:src|test|bench|scripts|docs)\/[^`*\s]*)`/g)) {
      named += 1;
      if (!existsSync(join(ROOT, path))) missing.push(`${document}: ${path}`);
    }
  }
  expect(missing).toEqual([]);
  expect(named).toBeGreaterThan(50);
});

test('every source file that a comment or a document names by itself is there', async () => {
  const sources = await filesIn(['src', 'test', 'bench', 'scripts'], '');
  const names = new Set([...sources.map((path) => basename(path)), ...(await readdir(ROOT))]);
  const missing: string[] = [];
  let named = 0;
  for (const path of [...sources.filter((source) => /\.tsx?$/.test(source)), ...(await documents())]) {
    const lines = (await readFile(join(ROOT, path), 'utf8')).split('\n');
    const told = path.endsWith('.md') ? lines : lines.filter((line) => /^\s*(\/?\*|\/\/)/.test(line));
    for (const [, name = ''] of told.join('\n').matchAll(/(?<![\w/.-])([\w-]+(?:\.[\w-]+)*\.tsx?)\b/g)) {
      named += 1;
      if (!names.has(name)) missing.push(`${path}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
  expect(named).toBeGreaterThan(100);
});

test('every document is linked from another one', async () => {
  const linked = new Set<string>();
  for (const document of await documents()) {
    const text = await readFile(join(ROOT, document), 'utf8');
    for (const [, target = ''] of text.matchAll(LINK)) linked.add(join(dirname(document), target));
  }
  const alone = (await documents()).filter((document) => document !== 'README.md' && !linked.has(document));
  expect(alone).toEqual([]);
});

test('every section of the contract that a comment cites is there', async () => {
  const contract = await readFile(join(ROOT, 'docs/PROTOCOL.md'), 'utf8');
  // Sections, and the commands and terms that are set bold or named first in a line of a list.
  const sections = [
    ...(await headings('docs/PROTOCOL.md')),
    ...[...contract.matchAll(/^- (?:\*\*)?([A-Z][\w ]+)/gm)].map(([, term = '']) => term),
  ].map((section) => section.toLowerCase());
  const missing: string[] = [];
  let citations = 0;
  for (const path of await filesIn(['src', 'test'], '.ts')) {
    const text = (await readFile(join(ROOT, path), 'utf8')).replaceAll(/\n\s*(?:\*|\/\/)\s*/g, ' ');
    for (const [, quoted, word] of text.matchAll(/PROTOCOL\.md, (?:"([^"]+)"|([A-Z][A-Za-z ]+))/g)) {
      citations += 1;
      const cited = (quoted ?? word ?? '').trim().toLowerCase();
      if (!sections.some((section) => section.startsWith(cited) || cited.startsWith(section)))
        missing.push(`${path}: ${quoted ?? word}`);
    }
  }
  expect(missing).toEqual([]);
  expect(citations).toBeGreaterThan(30);
});
