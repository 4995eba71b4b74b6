/**
 * Writes the generated parts of the documents: `npm run docs`. A test fails where they differ from the
 * machines and the table of rooms.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { withGenerated } from './generated.ts';

const ARCHITECTURE = 'docs/ARCHITECTURE.md';
await writeFile(ARCHITECTURE, withGenerated(await readFile(ARCHITECTURE, 'utf8')));
