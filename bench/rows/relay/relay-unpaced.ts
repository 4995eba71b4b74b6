/**
 * How often a relay loses a run: a process of its own sends TEXTs as fast as its socket takes them, three
 * neighbours read, and only the relay itself can slow the sender down to the slowest of them. A run is lost
 * when it closes a link, all of which are healthy. Nothing to compare with: no run may be lost.
 */
import { Child } from '../../children/child.ts';
import { FloodedLinks, LinkDroppedError, neighbours } from '../../load/flooded-links.ts';
import { ScriptedRoomServer } from '../../load/scripted-room-server.ts';
import { FIRST_ID, ORIGIN } from '../../load/texts.ts';
import { type Effort, type Row, type RowGroup, scaled } from '../../results/row.ts';
import { median } from '../../results/statistics.ts';

const FRAMES = { 69: 300_000, 500: 100_000 } as const;
const RUNS = 20;

/** A relay, its three readers and its sender. */
interface Unpaced {
  readonly links: FloodedLinks;
  readonly sender: Child;
  stop(): Promise<void>;
}

async function start(): Promise<Unpaced> {
  const [from, ...others] = await neighbours();
  const server = new ScriptedRoomServer(() => [...(from ? [from] : []), ...others, ORIGIN]);
  const roomServerPort = await server.start();
  const settings = { listens: true, name: 'relay', roomServerPort };
  const { child, ready } = await Child.start<{ port: number }>('programs/peer', settings);
  const links = await FloodedLinks.dialReceivers(ready.port, others);
  const { child: sender } = await Child.start('programs/link-sender', { port: ready.port, member: from });
  const stop = async () => {
    links.close();
    await sender.stop();
    await child.stop();
    server.stop();
  };
  return { links, sender, stop };
}

/** @returns frames per second; `undefined` where the run was lost. */
async function pass(
  { links, sender }: Unpaced,
  count: number,
  frameBytes: number,
  firstId: number,
): Promise<number | undefined> {
  try {
    const arrival = links.receive(count * frameBytes);
    const [tookMs] = await Promise.all([arrival, sender.ask('send', { count, frameBytes, firstId })]);
    return (count / tookMs) * 1_000;
  } catch (error) {
    if (error instanceof LinkDroppedError) return undefined;
    throw error;
  }
}

async function measure(effort: Effort, frameBytes: 69 | 500): Promise<Row> {
  const runs = effort.name === 'smoke' ? 1 : RUNS;
  const count = scaled(FRAMES[frameBytes], effort);
  const speeds: number[] = [];
  let relay = await start();
  try {
    for (let run = 0; run < runs; run += 1) {
      const speed = await pass(relay, count, frameBytes, FIRST_ID + run * count);
      if (speed !== undefined) {
        speeds.push(speed);
        continue;
      }
      // What was dropped is not dialled again: the next run has a new relay.
      await relay.stop();
      relay = await start();
    }
  } finally {
    await relay.stop();
  }
  const lost = runs - speeds.length;
  const megabytes = (perSecond: number) => Math.round((perSecond * frameBytes) / 1e6);
  return {
    name: `relay, ${frameBytes}-byte TEXTs as fast as the sender's socket takes them, runs lost`,
    ratio: null,
    spread: 0,
    aim: `0 of ${runs}`,
    holds: lost === 0,
    figures: `${lost} of ${runs}${speeds.length > 0 ? `, the others at ${megabytes(median(speeds))} MB/s` : ''}`,
  };
}

/** See above. */
export const RELAY_UNPACED: RowGroup = {
  name: 'relay-unpaced',
  async *measure(effort) {
    for (const frameBytes of [69, 500] as const) yield await measure(effort, frameBytes);
  },
};
