/** Composes the room server alone: real network, real clock, signals, a line for what happens. */
import { firstValueFrom } from 'rxjs';
import { createNodeNetwork } from '../io/node-network.ts';
import { systemClock } from '../io/system-clock.ts';
import { harmless } from '../io/terminal/harmless.ts';
import { describeRoomServerEvent, type RoomServerEvent } from '../room-server/events.ts';
import { startRoomServer } from '../room-server/room-server.ts';
import type { RoomServerArguments } from './arguments.ts';
import { programLimits } from './limits-override.ts';
import { onStopSignal } from './signals.ts';

/** Runs until a stop signal comes; resolves when every client has got its EOF. */
export async function runRoomServer({ host, port, log: path }: RoomServerArguments): Promise<void> {
  const limits = programLimits(process.env).roomServer;
  const log = path === undefined ? null : (await import('./log.ts')).openLog(path);
  const onEvent = (event: RoomServerEvent) => {
    log?.roomServerEvent(event);
    // Every peer refreshes every 20 s: that is for the log alone.
    if (event.type !== 'refreshed') process.stdout.write(`${harmless(describeRoomServerEvent(event))}\n`);
  };
  const network = createNodeNetwork({ closeGraceMs: limits.closeGraceMs });
  const starting = startRoomServer({
    network,
    clock: systemClock,
    limits,
    host,
    port,
    onEvent,
  });
  const server = await firstValueFrom(starting);
  const release = onStopSignal(() => server.stop());
  await firstValueFrom(server.stopped);
  release();
  log?.close();
}
