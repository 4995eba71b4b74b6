/** Opens the web console of this program. Nothing of it is loaded where none is wanted. */
import type { PeerControl } from '../../console/feed/page-feed.ts';
import type { ConsoleLimits } from '../../console/limits.ts';
import type { WebConsole, WebConsoleOptions } from '../../console/web/web-console.ts';
import type { Endpoint } from '../../io/network.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import type { RoomLog } from '../../log/room-log.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { VERSION } from '../arguments.ts';

/** What the command line says of it. */
interface ConsoleArguments {
  /** 0 takes any free one. */
  readonly port: number;
  readonly limits: ConsoleLimits;
  readonly roomServer: Endpoint;
  readonly control: PeerControl | null;
  readonly registry: ServiceRegistry;
  readonly log: RoomLog;
  /** Of a simulated room; all of it is stamped with its time. */
  readonly simulated?: Pick<WebConsoleOptions, 'room' | 'deliver'> & { nowMs(): number };
}

/** Rejects with a NetworkError where the port can't be had. */
export async function openConsole({ simulated, ...given }: ConsoleArguments): Promise<WebConsole> {
  const [{ openWebConsole }, { builtPage }] = await Promise.all([
    import('../../console/web/web-console.ts'),
    import('../../console/web/site.ts'),
  ]);
  const { nowMs, ...room } = simulated ?? { nowMs: () => systemClock.timeOfDay() };
  const clock = { ...systemClock, timeOfDay: nowMs };
  return openWebConsole({ ...given, ...room, clock, page: builtPage(), version: VERSION });
}
