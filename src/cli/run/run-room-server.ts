/** Composes the room server alone: real network, real clock, its store, signals, a line for what happens. */
import { randomUUID } from 'node:crypto';
import { firstValueFrom } from 'rxjs';
import { createNodeNetwork } from '../../io/node/node-network.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import { systemRandom } from '../../io/node/system-random.ts';
import type { RoomServerLimits } from '../../limits/room-server.ts';
import { ROOM_SERVER } from '../../log/parties.ts';
import { RoomLog } from '../../log/room-log.ts';
import { ServiceRegistry } from '../../log/service-registry.ts';
import { describeRoomServerEvent, type RoomServerEvent } from '../../room-server/events.ts';
import type { MetricsSource } from '../../room-server/metrics-server.ts';
import { MemoryRegistry } from '../../room-server/registry/memory-registry.ts';
import type { Registry } from '../../room-server/registry/registry.ts';
import { startRoomServer } from '../../room-server/room-server.ts';
import { OUTPUT_QUEUE_MAX_BYTES } from '../../terminal/limits.ts';
import { harmless } from '../../words/harmless.ts';
import { MEMORY_STORE, type RoomServerArguments } from '../arguments.ts';
import { ConsoleLines, openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import { onLastResort } from '../process/trouble.ts';
import { capturedWires } from '../record/captured.ts';
import type { Recording } from '../record/open-recording.ts';
import { programLimits } from '../settings/limits-override.ts';

type OnEvent = (event: RoomServerEvent) => void;

/** Where the rooms are kept, and how that is let go of. */
interface Book {
  readonly registry: Registry;
  close(): void;
}

/** Runs until a stop signal comes; resolves when every client has got its EOF. */
export async function runRoomServer(given: RoomServerArguments): Promise<void> {
  const { host, port, log: path, store, metrics: metricsPort } = given;
  const limits = (await programLimits(process.env)).roomServer;
  // From the beginning: who reads that it listens may ask it to stop at once.
  let release = () => {};
  const asked = new Promise<void>((resolve) => {
    release = onStopSignal(resolve);
  });
  const lines = new ConsoleLines(openStandardOutput(), OUTPUT_QUEUE_MAX_BYTES);
  const tell = (line: string) => lines.write(harmless(line));
  const log =
    path === undefined ? null : (await import('../log/log.ts')).openLog(path, { clock: systemClock, tell });
  const metrics =
    metricsPort === undefined ? null : new (await import('../../room-server/metrics.ts')).RoomServerMetrics();
  const recording = await openRecord(given, tell);
  // A room server has no machines.
  const registry = new ServiceRegistry();
  const nowMs = () => systemClock.timeOfDay();
  const room = recording && new RoomLog({ nowMs, registry, sink: recording.sink });
  const recorded = room?.party(ROOM_SERVER);
  const onEvent = (event: RoomServerEvent) => {
    recorded?.report(event.type, describeRoomServerEvent(event));
    log?.roomServerEvent(event);
    metrics?.onEvent(event);
    if (isWorthALine(event)) tell(describeRoomServerEvent(event));
  };
  const window = metrics && (await openWindow(metrics, tell, metricsPort));
  const book = store === MEMORY_STORE ? memoryBook(limits) : await redisBook(store, limits, onEvent);
  try {
    const measured = metrics?.measured(book.registry) ?? book.registry;
    const real = createNodeNetwork({ closeGraceMs: limits.closeGraceMs, tell });
    const wires = await capturedWires(real, given, { closeGraceMs: limits.closeGraceMs, tell });
    const network = recorded?.network(wires) ?? wires;
    const options = {
      network,
      clock: recorded?.clock(systemClock) ?? systemClock,
      limits,
      host,
      port,
      registry: measured,
      onEvent,
    };
    const server = await firstValueFrom(startRoomServer(options));
    void asked.then(() => server.stop());
    const settle = onLastResort((error) => {
      log?.fault(error);
      server.stop();
    });
    metrics?.watch(server, book.registry);
    await firstValueFrom(server.stopped);
    settle();
  } finally {
    release();
    window?.close();
    book.close();
    log?.close();
    room?.stop();
    recording?.close();
    await lines.finish();
  }
}

async function openRecord(
  given: RoomServerArguments,
  tell: (sentence: string) => void,
): Promise<Recording | null> {
  if (given.record === undefined) return null;
  const { openRecording } = await import('../record/open-recording.ts');
  return openRecording(given.record, given, { source: 'room-server', tell });
}

/**
 * Every peer refreshes every 20 s, and is refused as often while the store is away: that is for the log
 * alone.
 */
function isWorthALine(event: RoomServerEvent): boolean {
  if (event.type === 'refused') return event.because !== 'store away';
  return event.type !== 'refreshed' && event.type !== 'store failed';
}

function memoryBook(limits: RoomServerLimits): Book {
  return { registry: new MemoryRegistry(limits), close: () => {} };
}

async function redisBook(url: string, limits: RoomServerLimits, onEvent: OnEvent): Promise<Book> {
  const { RedisStore } = await import('../../room-server/redis/redis-store.ts');
  const { RedisRegistry } = await import('../../room-server/redis/redis-registry.ts');
  const store = new RedisStore({ url, clock: systemClock, random: systemRandom, limits, onEvent });
  const registry = new RedisRegistry({ store, server: randomUUID(), limits, onEvent });
  return { registry, close: () => store.stop() };
}

async function openWindow(metrics: MetricsSource, tell: (line: string) => void, port = 0) {
  const { openMetrics } = await import('../../room-server/metrics-server.ts');
  const window = await openMetrics(metrics, port);
  tell(`metrics at ${window.url}`);
  return window;
}
