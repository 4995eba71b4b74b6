/**
 * Writes the generated parts of the documents: `npm run docs`. A test fails where they differ from the
 * machines, the table of rooms and the cases of the tester.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { withCases } from './check-cases.ts';
import { withGenerated } from './generated.ts';

const ARCHITECTURE = 'docs/ARCHITECTURE.md';
await writeFile(ARCHITECTURE, withGenerated(await readFile(ARCHITECTURE, 'utf8')));
const CHECK = 'docs/CHECK.md';
await writeFile(CHECK, withCases(await readFile(CHECK, 'utf8')));
