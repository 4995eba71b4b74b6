/** Goal: the structured log tells what every machine of a peer does, and which machine has sent what. */
import { expect, test } from 'vitest';
import { LogLines } from '../../src/cli/log/log-lines.ts';
import { machineLines } from '../../src/cli/log/log-machines.ts';
import { RoomLog } from '../../src/log/room-log.ts';
import { ServiceRegistry } from '../../src/log/service-registry.ts';
import { PeerWorld } from '../actors/tools/world.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';

interface Line {
  readonly machine: string;
  readonly event: string;
  readonly by?: string;
  readonly state: string;
}

/** The lines of alice while bob joins, pokes and leaves. */
function linesOfAlice(): Line[] {
  const registry = new ServiceRegistry();
  const uninstall = registry.install();
  const written: Line[] = [];
  const room = new RoomLog({ nowMs: () => 0, registry });
  const world = new PeerWorld({ room });
  const lines = Object.assign(new LogLines({} as never, { now: () => 0 }), {
    write: (_level: string, _source: string, line: () => readonly [Line, string]) => written.push(line()[0]),
  });
  const sink = machineLines(lines);
  room.tellTo((entries) => sink(entries.filter(({ party }) => party === 'alice')));
  closeBehindTest(() => uninstall());
  const alice = world.join('alice');
  world.clock.advance(1_000);
  const bob = world.join('bob');
  world.clock.advance(30_000);
  alice.peer.send({ type: 'POKE', name: 'bob' });
  world.clock.advance(1_000);
  bob.peer.send({ type: 'QUIT' });
  world.clock.advance(30_000);
  alice.peer.send({ type: 'QUIT' });
  world.clock.advance(10_000);
  uninstall();
  return written;
}

test('every machine is in it, from its start to its end', () => {
  const lines = linesOfAlice();
  const machines = new Set(lines.map(({ machine }) => machine));
  for (const machine of ['user', 'room-session', 'connectivity', 'forward-link', 'backward-1', 'poke-1'])
    expect(machines).toContain(machine);
  const link = lines.filter(({ machine }) => machine === 'backward-1');
  expect(link[0]).toMatchObject({ event: 'start', state: 'OPEN.AWAITING_HANDSHAKE' });
  expect(link.at(-1)).toMatchObject({ state: 'LOST' });
  expect(link.at(-1)?.event).toMatch(/^CLOSED /);
});

test('each says what it has taken, and which machine has sent that', () => {
  const lines = linesOfAlice();
  const find = (machine: string, event: string) =>
    lines.find((each) => each.machine === machine && each.event.startsWith(event));
  expect(find('user', 'BACKWARD_LINKED')).toMatchObject({ by: 'backward-1', state: 'IN_ROOM.CONNECTED' });
  expect(find('forward-link', 'BACKWARD_LINKED')).toMatchObject({ by: 'user' });
  expect(find('user', 'LIST_CHANGED')).toMatchObject({ by: 'room-session' });
  // Users, the network and the time are no machines.
  expect(find('user', 'POKE ')).not.toHaveProperty('by');
  expect(find('room-session', 'MEMBERS_RECEIVED')).not.toHaveProperty('by');
  expect(find('room-session', 'xstate.after(KEEPALIVE)')).not.toHaveProperty('by');
});
