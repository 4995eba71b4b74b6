/** Opens the web console of this program. Nothing of it is loaded where none is wanted. */
import type { PeerControl } from '../../console/feed/page-feed.ts';
import type { ConsoleLimits } from '../../console/limits.ts';
import type { WebConsole } from '../../console/web/web-console.ts';
import type { Endpoint } from '../../io/network.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import type { RoomLog } from '../../log/room-log.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { VERSION } from '../arguments.ts';

/** What the command line says of it. */
export interface ConsoleArguments {
  /** 0 takes any free one. */
  readonly port: number;
  readonly limits: ConsoleLimits;
  readonly roomServer: Endpoint;
  readonly control: PeerControl | null;
  readonly registry: ServiceRegistry;
  readonly log: RoomLog;
}

/** Rejects with a NetworkError where the port can't be had. */
export async function openConsole(given: ConsoleArguments): Promise<WebConsole> {
  const [{ openWebConsole }, { builtPage }] = await Promise.all([
    import('../../console/web/web-console.ts'),
    import('../../console/web/site.ts'),
  ]);
  return openWebConsole({ ...given, clock: systemClock, page: builtPage(), version: VERSION });
}
