/** The socket /inspect: what a viewer of the protocol of @xstate/inspect sees of the machines. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ROOM, type TestPeer } from '../../actors/tools/world.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { Client, openAtLast, pageHeaders } from '../client.ts';
import {
  CHARACTERS_MAX,
  type InspectStage,
  ITEMS_MAX,
  machineOf,
  session,
  setInspectStage,
  type Told,
} from './inspect-stage.ts';

const JOINED = JSON.stringify({ IN_ROOM: 'JOINED' });

let stage: InspectStage;

beforeEach(async () => {
  stage = await setInspectStage();
});

describe('a viewer sees', () => {
  test('every actor with its parent, parents first, in the words of @xstate/inspect', async () => {
    const [alice, bob] = stage.world.joinAll(2);
    const viewer = await stage.watch();
    await viewer.actor('backward-1');
    const registered = viewer.of('service.register');
    const known = new Set<string>();
    for (const { sessionId, parent } of registered) {
      if (parent !== undefined) expect(known).toContain(parent);
      known.add(sessionId);
    }
    const below = (root: string) =>
      registered
        .filter(({ parent }) => parent === root)
        .map(({ id }) => id)
        .sort();
    expect(below(session(alice as TestPeer))).toEqual([
      'backward-1',
      'connectivity',
      'forward-link',
      'room-session',
    ]);
    expect(below(session(bob as TestPeer))).toEqual(['connectivity', 'forward-link', 'room-session']);
    const search = registered.find(
      ({ id, parent }) => id === 'forward-link' && parent === session(bob as TestPeer),
    );
    expect(below(search?.sessionId ?? '')).toEqual(['forward-1']);
    for (const message of registered) {
      expect(message.atMs).toBeGreaterThan(0);
      expect(machineOf(message).events.length).toBeGreaterThan(0);
    }
    expect(viewer.state(session(alice as TestPeer)).value).toEqual({ IN_ROOM: 'CONNECTED' });
  });

  test('actors that start later, even the root behind its first child', async () => {
    const viewer = await stage.watch();
    const alice = stage.world.join('alice');
    const root = await viewer.actor('user');
    expect(root.sessionId).toBe(session(alice));
    await viewer.actor('forward-link');
    expect(viewer.of('service.register').map(({ id }) => id)).toEqual([
      'user',
      'room-session',
      'connectivity',
      'forward-link',
    ]);
  });

  test('every event and the state behind it, while it is there', async () => {
    const alice = stage.world.start('alice');
    const viewer = await stage.watch();
    const { sessionId } = await viewer.actor('user');
    expect(viewer.state(sessionId).value).toEqual({ NAMED: 'IDLE' });
    alice.peer.send({ type: 'JOIN', room: ROOM });
    await viewer.until('JOINING', () => viewer.of('service.state').length > 0);
    stage.world.clock.advance(100);
    await viewer.until('JOINED', () => JSON.stringify(viewer.state(sessionId).value) === JOINED);
    const names = viewer
      .of('service.event')
      .filter((message) => message.sessionId === sessionId)
      .map(({ event }) => (JSON.parse(event) as { name: string }).name);
    expect(names).toEqual(['JOIN', 'ROOM_JOINED', 'LIST_CHANGED']);
    const first = viewer.messages.findIndex(({ type }) => type === 'service.event');
    expect(viewer.messages[first + 1]?.type).toBe('service.state');
  });

  test('every cause before its effects, with the entry of the log', async () => {
    stage.world.start('alice').peer.send({ type: 'JOIN', room: ROOM });
    const viewer = await stage.watch();
    await viewer.actor('user');
    stage.world.start('bob').peer.send({ type: 'JOIN', room: ROOM });
    stage.world.clock.advance(1_000);
    await viewer.actor('forward-1');
    const serials = viewer.messages.flatMap((each) => ('serial' in each ? [Number(each.serial)] : []));
    expect(serials.length).toBeGreaterThan(10);
    expect(serials).toEqual(serials.toSorted((one, other) => one - other));
    for (const { serial = 0, causedBy } of viewer.of('service.state'))
      expect(causedBy ?? 0).toBeLessThan(serial);
  });

  test('the end of an actor', async () => {
    const [alice, bob] = stage.world.joinAll(2) as [TestPeer, TestPeer];
    const viewer = await stage.watch();
    const backward = await viewer.actor('backward-1');
    bob.peer.send({ type: 'QUIT' });
    stage.world.clock.advance(1_000);
    const stopped = () => viewer.of('service.stop').map(({ sessionId }) => sessionId);
    await viewer.until('the end of the link', () => stopped().includes(backward.sessionId));
    expect(stopped()).toContain(session(bob));
    expect(stopped()).not.toContain(session(alice));
    const reason = await viewer.send(session(bob), { type: 'LIST' });
    expect(reason).toBe('this actor has ended');
  });

  test('the beginning of long lists', async () => {
    const alice = stage.world.start('alice');
    const viewer = await stage.watch();
    await viewer.actor('room-session');
    for (let number = 0; number < ITEMS_MAX + 3; number += 1) {
      stage.world.start(`peer${number}`).peer.send({ type: 'JOIN', room: `room${number}` });
    }
    stage.world.clock.advance(1_000);
    alice.peer.send({ type: 'LIST' });
    stage.world.clock.advance(100);
    const groups = await viewer.until('the list', () =>
      viewer
        .of('service.event')
        .map(({ event }) => JSON.parse(event) as { name: string; data: { rooms: string[] } })
        .find(({ name }) => name === 'GROUPS_RECEIVED'),
    );
    expect(groups.data.rooms.length).toBe(ITEMS_MAX + 1);
    expect(groups.data.rooms.at(-1)).toBe('… 3 more');
    expect(alice.peer.status().rooms.length).toBe(ITEMS_MAX + 3);
  });

  test('the beginning of long texts', async () => {
    const alice = stage.world.start('alice');
    const viewer = await stage.watch();
    await viewer.actor('user');
    alice.peer.send({ type: 'SEND', text: 'x'.repeat(CHARACTERS_MAX + 1) });
    const [{ event } = { event: '' }] = await viewer.until(
      'the event',
      () => viewer.of('service.event').length > 0 && viewer.of('service.event'),
    );
    expect((JSON.parse(event) as { data: { text: string } }).data.text).toBe(
      `${'x'.repeat(CHARACTERS_MAX - 1)}…`,
    );
  });

  test('nothing before it has asked, and nobody is attached to a machine for it', async () => {
    const alice = stage.world.join('alice');
    const listeners = () => listenersOf(alice);
    const unwatched = listeners();
    const quiet = await new Client<Told>(stage.entered.port, '/inspect', pageHeaders(stage.entered)).opened();
    const viewer = await stage.watch();
    await viewer.actor('user');
    await viewer.send(session(alice), { type: 'LIST' });
    expect(listeners()).toBe(unwatched);
    expect(quiet.messages).toEqual([]);
    viewer.close();
    await viewer.ended();
    const last = await stage.watch();
    await last.actor('user');
    await last.send(session(alice), { type: 'LIST' });
    expect(last.of('service.event').length).toBeGreaterThan(0);
    expect(listeners()).toBe(unwatched);
  });

  test('everything again when it comes back', async () => {
    stage.world.join('alice');
    const first = await stage.watch();
    await first.actor('forward-link');
    first.close();
    await first.ended();
    const second = await stage.watch();
    await second.actor('forward-link');
    expect([...second.actors.keys()]).toEqual([...first.actors.keys()]);
  });
});

test('a viewer that does not read is disconnected; machines and other viewers do not notice', async () => {
  const alice = stage.world.start('alice');
  const other = await stage.watch();
  const stalled = await stage.watch();
  await new Client(stage.entered.port, '/inspect', pageHeaders(stage.entered)).opened();
  await stalled.actor('user');
  stalled.stall();
  let sent = 0;
  // Until the kernels' buffers are full, and the server's side with them.
  const talk = setInterval(() => {
    for (let number = 0; number < 20; number += 1) {
      alice.peer.send({ type: 'SEND', text: 'x'.repeat(CHARACTERS_MAX) });
      sent += 1;
    }
  }, 1);
  closeBehindTest(() => clearInterval(talk));
  await openAtLast(() => new Client(stage.entered.port, '/inspect', pageHeaders(stage.entered)));
  clearInterval(talk);
  await other.until('every event', () => other.of('service.event').length === sent);
  stalled.resume();
  expect(await stalled.ended()).toEqual({ code: 1006 });
  expect(stalled.of('service.event').length).toBeLessThan(sent);
  expect(other.end).toBeUndefined();
});

/** How many listen to the user machine's transitions. */
function listenersOf({ peer }: TestPeer): number {
  const scope = globalThis as unknown as {
    __xstate__: { onRegister(listener: (service: Inside) => void): { unsubscribe(): void } };
  };
  let count = 0;
  const look = scope.__xstate__.onRegister(({ sessionId, listeners }) => {
    if (sessionId === peer.sessionId) count = listeners.size;
  });
  look.unsubscribe();
  return count;
}

interface Inside {
  readonly sessionId: string;
  readonly listeners: ReadonlySet<unknown>;
}
