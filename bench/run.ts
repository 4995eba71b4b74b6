/** Measures what was asked for, row by row, and prints the table. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { EFFORTS, type Effort, type Row, type RowGroup } from './results/row.ts';
import { TABLE_HEAD, tableLine } from './results/table.ts';
import { FLOOD_COST } from './rows/flood-cost.ts';
import { FRAMING } from './rows/framing.ts';
import { JOIN_STORM } from './rows/join-storm.ts';
import { LATENCY } from './rows/latency.ts';
import { MEMORY } from './rows/memory.ts';
import { RELAY_GROUPS } from './rows/relay/relay.ts';
import { RELAY_PRINTS, RELAY_WATCHED } from './rows/relay/relay-prints.ts';
import { RELAY_UNPACED } from './rows/relay/relay-unpaced.ts';
import { ROOM_GROUP } from './rows/room.ts';
import { ROOM_LATENCY } from './rows/room-latency.ts';
import { ROOM_SERVER } from './rows/room-server.ts';
import { SEND } from './rows/send.ts';
import { START } from './rows/start.ts';

const GROUPS: readonly RowGroup[] = [
  FRAMING,
  ...RELAY_GROUPS,
  RELAY_UNPACED,
  RELAY_PRINTS,
  RELAY_WATCHED,
  LATENCY,
  SEND,
  ROOM_GROUP,
  ROOM_LATENCY,
  ROOM_SERVER,
  JOIN_STORM,
  FLOOD_COST,
  MEMORY,
  START,
];

/** What the command line asks for. */
interface Wishes {
  readonly effort: Effort;
  readonly groups: readonly RowGroup[];
  readonly json: string | undefined;
}

function wishes(words: readonly string[]): Wishes {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      json: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  const unknown = values.only?.filter((name) => GROUPS.every((group) => group.name !== name)) ?? [];
  if (unknown.length > 0)
    throw new Error(
      `there are no rows ${unknown.join(', ')}, only ${GROUPS.map(({ name }) => name).join(', ')}`,
    );
  const groups = GROUPS.filter(({ name }) => values.only?.includes(name) ?? true);
  const effort = values.smoke ? EFFORTS.smoke : values.quick ? EFFORTS.quick : EFFORTS.full;
  return { effort, groups, json: values.json };
}

/**
 * Runs the bench.
 * @returns the exit code: 1 where an aim was missed in a full run.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { effort, groups, json } = wishes(words);
  const rows: Row[] = [];
  const processors = cpus();
  process.stdout.write(
    `Node ${process.version}, ${processors.length} × ${processors[0]?.model.trim()}, ${effort.name} run, medians of ${effort.runs}\n\n`,
  );
  process.stdout.write(TABLE_HEAD);
  for (const group of groups) {
    for await (const row of group.measure(effort)) {
      rows.push(row);
      process.stdout.write(tableLine(row));
    }
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify(rows, null, 2)}\n`);
  return effort.name === 'full' && rows.some(({ holds }) => !holds) ? 1 : 0;
}
