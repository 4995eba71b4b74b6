/** Goal: the trace tells what every machine of a peer does, by name, and who has caused it. */
import { expect, test } from 'vitest';
import type { Trace } from '../../src/feed/trace.ts';
import { PeerWorld } from '../actors/tools/world.ts';

type Transition = Extract<Trace, { readonly type: 'transition' }>;

/** Somebody who follows the transitions of alice while bob joins, pokes and leaves. */
function followed(): Transition[] {
  const world = new PeerWorld();
  const transitions: Transition[] = [];
  const alice = world.join('alice');
  alice.peer.trace.subscribe((trace) => {
    if (trace.type === 'transition') transitions.push(trace);
  });
  world.clock.advance(1_000);
  const bob = world.join('bob');
  world.clock.advance(30_000);
  alice.peer.send({ type: 'POKE', name: 'bob' });
  world.clock.advance(1_000);
  bob.peer.send({ type: 'QUIT' });
  world.clock.advance(30_000);
  alice.peer.send({ type: 'QUIT' });
  world.clock.advance(10_000);
  return transitions;
}

test('every machine is in it, from its start to its end', () => {
  const transitions = followed();
  const machines = new Set(transitions.map(({ machine }) => machine));
  for (const machine of [
    'user',
    'room session',
    'connectivity',
    'forward link search',
    'link backward-1',
    'poke-1',
  ])
    expect(machines).toContain(machine);
  const link = transitions.filter(({ machine }) => machine === 'link backward-1');
  expect(link[0]).toMatchObject({ event: 'start', state: 'OPEN.AWAITING_HANDSHAKE' });
  expect(link.at(-1)).toMatchObject({ state: 'LOST' });
  expect(link.at(-1)?.event).toMatch(/^CLOSED /);
});

test('each says what has caused it, and which machine has sent that', () => {
  const transitions = followed();
  const find = (machine: string, event: string) =>
    transitions.find((each) => each.machine === machine && each.event.startsWith(event));
  expect(find('user', 'BACKWARD_LINKED')).toMatchObject({ by: 'link backward-1', state: 'CONNECTED' });
  expect(find('forward link search', 'BACKWARD_LINKED')).toMatchObject({ by: 'user' });
  expect(find('room session', 'JOIN_REQUESTED')).toBeUndefined();
  expect(find('user', 'LIST_CHANGED')).toMatchObject({ by: 'room session' });
  // Users, the network and the time are no machines.
  expect(find('user', 'POKE ')).not.toHaveProperty('by');
  expect(find('room session', 'MEMBERS_RECEIVED')).not.toHaveProperty('by');
  expect(find('room session', 'xstate.after(KEEPALIVE)')).not.toHaveProperty('by');
});

test('the same run gives the same trace', () => {
  expect(followed()).toEqual(followed());
});
