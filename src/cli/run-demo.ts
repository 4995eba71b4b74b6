/** Composes the demo: a room server, peers in a room, one web console over all of them, until a stop signal comes. */
import { catchError, firstValueFrom, throwError } from 'rxjs';
import { DemoRoom } from '../demo/demo-room.ts';
import { type Network, NetworkError } from '../io/network.ts';
import { createNodeNetwork } from '../io/node-network.ts';
import { systemClock } from '../io/system-clock.ts';
import { systemRandom } from '../io/system-random.ts';
import type { RoomServerLimits } from '../limits.ts';
import { type RunningRoomServer, startRoomServer } from '../room-server/room-server.ts';
import { DEFAULT_PORTS, LOOPBACK } from './addresses.ts';
import { type DemoArguments, ROOM_SERVER_PORT } from './arguments.ts';
import { programLimits } from './limits-override.ts';
import { openConsole } from './open-console.ts';
import { onStopSignal } from './signals.ts';

const ROOM = 'demo';

/** Runs until a stop signal comes; resolves when everything is released. */
export async function runDemo({ peers, port }: DemoArguments): Promise<void> {
  const limits = programLimits(process.env);
  const network = createNodeNetwork({ closeGraceMs: limits.peer.closeGraceMs });
  const server = await startServer(network, limits.roomServer);
  const room = new DemoRoom({
    ...{ network, clock: systemClock, random: systemRandom, limits: limits.peer },
    ...{ roomServer: server.address, host: LOOPBACK, ports: DEFAULT_PORTS, room: ROOM },
  });
  try {
    const { address: roomServer } = server;
    const web = await openConsole({ port, limits: limits.console, roomServer, control: room });
    const stop = new StopSignal(() => room.close());
    try {
      const names = await room.open(peers, web);
      write(
        `Room server on ${roomServer.host}:${roomServer.port}; in the room ${ROOM}: ${names.join(', ')}.`,
      );
      write(`Web console: ${web.url}`);
      write(
        `Another peer: p2pchat ${roomServer.host} ${roomServer.port} 5001 --name YOURNAME --room ${ROOM}`,
      );
      write('Ctrl-C ends all of it.');
      await stop.came;
    } finally {
      await room.close();
      await web.close();
      stop.release();
    }
  } finally {
    server.stop();
    await firstValueFrom(server.stopped);
  }
}

/** The signal that ends the demo, as something to wait for. */
class StopSignal {
  readonly came: Promise<void>;
  readonly release: () => void;

  /** @param react is called as soon as it comes. */
  constructor(react: () => Promise<void>) {
    let resolve: (value: Promise<void>) => void = () => {};
    this.came = new Promise((settle) => {
      resolve = settle;
    });
    this.release = onStopSignal(() => resolve(react()));
  }
}

/** On the port that peers look at by themselves; on any other where somebody has it. */
function startServer(network: Network, limits: RoomServerLimits): Promise<RunningRoomServer> {
  const options = { network, clock: systemClock, limits, host: LOOPBACK };
  const starting = startRoomServer({ ...options, port: ROOM_SERVER_PORT }).pipe(
    catchError((error: unknown) =>
      error instanceof NetworkError && error.kind === 'in use'
        ? startRoomServer({ ...options, port: 0 })
        : throwError(() => error),
    ),
  );
  return firstValueFrom(starting);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
