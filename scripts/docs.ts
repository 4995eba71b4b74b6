/**
 * Writes the generated parts of the documents: `npm run docs`. A test fails where they differ from the
 * machines.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { withStatecharts } from './statecharts.ts';

const ARCHITECTURE = 'docs/ARCHITECTURE.md';
await writeFile(ARCHITECTURE, withStatecharts(await readFile(ARCHITECTURE, 'utf8')));
