/** Sessions without a network, for the tests of what a session answers and when it ends. */

import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { ROOM_SERVER_LIMITS } from '../../../src/limits/room-server.ts';
import { describeRoomServerEvent, type RoomServerEvent } from '../../../src/room-server/events.ts';
import { MemoryRegistry } from '../../../src/room-server/registry/memory-registry.ts';
import type { Registry } from '../../../src/room-server/registry/registry.ts';
import { Session } from '../../../src/room-server/session.ts';
import { FakeConnection } from './fake-connection.ts';

export const JOIN_ALICE = 'J:room:alice:127.0.0.1:5001::\r\n';
export const M_ALICE = 'M:4184148821156573415:alice:127.0.0.1:5001::\r\n';
export const UNKNOWN = 'F:Unknown message - Unknown request!!::\r\n';

/** Sessions on one registry, each on a connection whose other side is the test. */
export class Sessions {
  readonly registry: Registry;
  readonly clock = new StepClock();
  readonly events: RoomServerEvent[] = [];

  constructor(registry: Registry = new MemoryRegistry(ROOM_SERVER_LIMITS)) {
    this.registry = registry;
  }

  open(id: string): { connection: FakeConnection; session: Session } {
    const connection = new FakeConnection();
    const { registry, clock } = this;
    const onEvent = (event: RoomServerEvent): void => void this.events.push(event);
    const session = new Session(id, connection, { registry, clock, limits: ROOM_SERVER_LIMITS, onEvent });
    session.start();
    return { connection, session };
  }

  /** What happened since the last time this was asked, in words. */
  takeEvents(): string[] {
    return this.events.splice(0).map(describeRoomServerEvent);
  }
}
