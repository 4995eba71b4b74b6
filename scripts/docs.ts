/**
 * Writes the generated parts of the documents: `npm run docs`. A test fails where they differ from the
 * machines, the table of rooms, the cases of the tester and the schemas.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { withCases } from './check-cases.ts';
import { withGenerated } from './generated.ts';
import { schemaFiles, withNotices } from './json-lines.ts';

const ARCHITECTURE = 'docs/ARCHITECTURE.md';
await writeFile(ARCHITECTURE, withGenerated(await readFile(ARCHITECTURE, 'utf8')));
const CHECK = 'docs/CHECK.md';
await writeFile(CHECK, withCases(await readFile(CHECK, 'utf8')));
const JSON_LINES = 'docs/JSON.md';
await writeFile(JSON_LINES, withNotices(await readFile(JSON_LINES, 'utf8')));
for (const [path, text] of schemaFiles()) await writeFile(path, text);
