/**
 * Composes the demo: a room server, peers in a room, one web console over all of them, until a stop signal
 * comes.
 */

import { firstValueFrom } from 'rxjs';
import { DemoRoom } from '../../demo/demo-room.ts';
import type { Endpoint } from '../../io/network.ts';
import { createNodeNetwork } from '../../io/node/node-network.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import { systemRandom } from '../../io/node/system-random.ts';
import { ROOM_SERVER } from '../../log/parties.ts';
import { LOOPBACK } from '../../protocol/names.ts';
import { startRoomServer } from '../../room-server/room-server.ts';
import { OUTPUT_QUEUE_MAX_BYTES } from '../../terminal/limits.ts';
import type { DemoArguments } from '../arguments.ts';
import { ConsoleLines, openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import { onLastResort } from '../process/trouble.ts';
import { capturedWires } from '../record/captured.ts';
import type { Recording } from '../record/open-recording.ts';
import { programLimits } from '../settings/limits-override.ts';
import { DEMO_PORTS } from '../values/addresses.ts';
import { openInspection, openRoomLog } from './inspection.ts';
import { openConsole } from './open-console.ts';

const ROOM = 'demo';

/** Runs until a stop signal comes; resolves when everything is released. */
export async function runDemo(given: DemoArguments): Promise<void> {
  const { peers, port } = given;
  const limits = await programLimits(process.env);
  const lines = new ConsoleLines(openStandardOutput(), OUTPUT_QUEUE_MAX_BYTES);
  const write = (line: string) => lines.write(line);
  const { closeGraceMs } = limits.peer;
  const real = createNodeNetwork({ closeGraceMs, tell: write });
  // One for all: a frame from one of its peers to another goes over one wire.
  const network = await capturedWires(real, given, { closeGraceMs, tell: write }, LOOPBACK);
  // Any free port: who starts a peer without arguments is to meet friends there, not the demo.
  const inspection = openInspection();
  const { registry } = inspection;
  const recording = await openRecord(given, write);
  const isRecorded = recording !== null;
  const log = await openRoomLog(registry, { isRecorded, limits: limits.console });
  if (recording) log.tellTo(recording.sink);
  const options = {
    network: log.party(ROOM_SERVER).network(network),
    clock: systemClock,
    limits: limits.roomServer,
    host: LOOPBACK,
    port: 0,
  };
  const server = await firstValueFrom(startRoomServer(options));
  const room = new DemoRoom({
    ...{ network, clock: systemClock, random: systemRandom, limits: limits.peer },
    ...{ roomServer: server.address, host: LOOPBACK, ports: DEMO_PORTS, room: ROOM, log },
  });
  try {
    const { address: roomServer } = server;
    const web = await openConsole({
      ...{ port, limits: limits.console, roomServer, control: room, registry, log },
    });
    const stop = new StopSignal(() => room.close());
    try {
      write(`Room server on ${roomServer.host}:${roomServer.port}.`);
      const names = await room.open(peers, web);
      if (names.length === peers) for (const line of howTo(web.url, names, roomServer)) write(line);
      await stop.came;
    } finally {
      await room.close();
      await web.close();
      stop.release();
    }
  } finally {
    server.stop();
    await firstValueFrom(server.stopped);
    log.stop();
    recording?.close();
    inspection.release();
    await lines.finish();
  }
}

async function openRecord(given: DemoArguments, tell: (sentence: string) => void): Promise<Recording | null> {
  if (given.record === undefined) return null;
  const { openRecording } = await import('../record/open-recording.ts');
  return openRecording(given.record, given, { source: 'demo', tell });
}

/** The signal that ends the demo, as something to wait for. */
class StopSignal {
  readonly came: Promise<void>;
  /** Takes the handlers off again. */
  readonly release: () => void;

  /** @param react is called as soon as it comes. */
  constructor(react: () => Promise<void>) {
    let resolve: (value: Promise<void>) => void = () => {};
    this.came = new Promise((settle) => {
      resolve = settle;
    });
    const stop = () => resolve(react());
    const offs = [onStopSignal(stop), onLastResort(stop)];
    this.release = () => {
      for (const off of offs) off();
    };
  }
}

function howTo(url: string, names: readonly string[], { host, port }: Endpoint): readonly string[] {
  return [
    `In the room ${ROOM}: ${names.join(', ')}.`,
    `Web console: ${url}`,
    `Another peer: p2pchat ${host} ${port} 5001 --name YOURNAME --room ${ROOM}`,
    'Ctrl-C ends all of it.',
  ];
}
