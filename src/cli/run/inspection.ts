/**
 * Whoever looks into this process, the console and a recording, finds its machines in one registry, and what
 * happens in one log.
 */
import type { ConsoleLimits } from '../../console/limits.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import type { RoomLog } from '../../log/room-log.ts';
import { ServiceRegistry } from '../../log/service-registry.ts';

/** The registry while it is this process's inspector. */
export interface Inspection {
  readonly registry: ServiceRegistry;
  /** Takes it off again. */
  release(): void;
}

/** Peers that start from now on with `isInspected` are seen. */
export function openInspection(): Inspection {
  const registry = new ServiceRegistry();
  return { registry, release: registry.install() };
}

/** Who takes the log. */
interface LogReaders {
  /** True where all of it goes into a file: a console alone can do without some frames of a flood. */
  readonly isRecorded: boolean;
  readonly limits: Pick<ConsoleLimits, 'framesAtOnceMax' | 'frameIntervalMs'>;
}

/** The log of this process, in real time. Nothing of it is loaded where nobody takes it. */
export async function openRoomLog(
  registry: ServiceRegistry,
  { isRecorded, limits }: LogReaders,
): Promise<RoomLog> {
  const { RoomLog } = await import('../../log/room-log.ts');
  const rate = { atOnce: limits.framesAtOnceMax, intervalMs: limits.frameIntervalMs, clock: systemClock };
  const nowMs = () => systemClock.timeOfDay();
  return new RoomLog({ nowMs, registry, ...(isRecorded ? {} : { frameRate: rate }) });
}
