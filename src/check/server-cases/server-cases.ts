/** All cases about a room server, by the section of the contract that they are about. */
import { type Case, casesOf } from '../case.ts';
import type { ServerStage } from '../stage/server-stage.ts';
import { ENDING, MONITOR, REFUSALS } from './answers.ts';
import { FRAMES, LISTS, READING } from './lists.ts';

/** In the order of the document. */
export const SERVER_CASES: readonly Case<ServerStage>[] = [
  ...casesOf('1', FRAMES),
  ...casesOf('3.1', READING),
  ...casesOf('3.2', [...LISTS, ...REFUSALS, ...MONITOR, ...ENDING]),
];
