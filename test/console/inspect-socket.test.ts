/**
 * The socket /inspect, over peers in memory: what a viewer of the protocol of @xstate/inspect sees of their machines,
 * and which events of its own get to them.
 */
import type { ParsedReceiverEvent } from '@xstate/inspect/lib/types.js';
import { parseReceiverEvent } from '@xstate/inspect/lib/utils.js';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AnyState, AnyStateMachine } from 'xstate';
import type { InspectMessage } from '../../src/console/inspect-messages.ts';
import { SENDABLE_EVENTS } from '../../src/console/sendable-events.ts';
import { ROOM, type TestPeer, World } from '../actors/world.ts';
import { closeBehindTest } from '../e2e/teardown.ts';
import { HiddenErrors } from '../hostile/errors.ts';
import { Client, type Entered, enter, pageHeaders } from './client.ts';
import { openConsole } from './stage.ts';

type Told = InspectMessage & { readonly [field: string]: unknown };
type Registered = Extract<Told, { type: 'service.register' }>;

const ITEMS_MAX = 20;
const CHARACTERS_MAX = 1_000;

let entered: Entered;
let world: World;

beforeEach(async () => {
  const web = await openConsole('/nowhere', {
    limits: { inspectedItemsMax: ITEMS_MAX, inspectedTextMaxCharacters: CHARACTERS_MAX },
  });
  entered = await enter(web.url);
  world = new World({ isInspected: true });
  closeBehindTest(() => world.quitAll());
  // A machine that is read from JSON has its transient transitions in a form that XState warns of.
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
  closeBehindTest(() => warnings.mockRestore());
});

/** Somebody who sees everything that is there now. */
async function watch(): Promise<Viewer> {
  const viewer = new Viewer(entered.port, '/inspect', pageHeaders(entered));
  await viewer.opened();
  viewer.say({ type: 'xstate.inspecting' });
  return viewer;
}

class Viewer extends Client<Told> {
  /** Everything that has ever been registered, by the actor's id; the latest where several had it. */
  get actors(): ReadonlyMap<string, Registered> {
    return new Map(
      this.of('service.register').map((registered) => [registered.id, registered as Registered]),
    );
  }

  actor(id: string): Promise<Registered> {
    return this.until(`the actor ${id}`, () => this.actors.get(id));
  }

  /** The state of an actor as it was told last. */
  state(sessionId: string): AnyState {
    const told = this.messages.filter(
      (message) =>
        (message.type === 'service.register' || message.type === 'service.state') &&
        message.sessionId === sessionId,
    );
    return JSON.parse((told.at(-1) as Registered).state);
  }

  /** Sends an event to an actor, and resolves with why it was refused; `undefined` where it was not. */
  async send(sessionId: string, data: { readonly type: string }): Promise<string | undefined> {
    const count = this.of('service.refused').length;
    this.say(external(sessionId, data));
    // Answered in order: this one is refused in any case.
    this.say(external('none', { type: 'MARK' }));
    await this.until('the answers', () => this.of('service.refused').at(-1)?.sessionId === 'none');
    const refusals = this.of('service.refused').slice(count);
    const reason = refusals.find((refusal) => refusal.sessionId === sessionId)?.reason;
    this.messages.splice(
      0,
      this.messages.length,
      ...this.messages.filter((message) => message.sessionId !== 'none'),
    );
    return reason;
  }
}

/** As createWebSocketReceiver's users send it. */
function external(sessionId: string, data: { readonly type: string }): object {
  const event = { name: data.type, type: 'external', $$type: 'scxml', data, origin: sessionId };
  return { type: 'xstate.event', event: JSON.stringify(event) };
}

function session({ peer }: TestPeer): string {
  return peer.sessionId;
}

/** As createWebSocketReceiver reads it. */
function machineOf(message: Registered): AnyStateMachine {
  const { machine } = parseReceiverEvent(message) as Extract<
    ParsedReceiverEvent,
    { type: Registered['type'] }
  >;
  return machine;
}

describe('a viewer sees', () => {
  test('every actor with its parent, parents first, in the words of @xstate/inspect', async () => {
    const [alice, bob] = world.joinAll(2);
    const viewer = await watch();
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
    expect(below(session(alice as TestPeer))).toEqual(['backward-1', 'forward-link', 'room-session']);
    expect(below(session(bob as TestPeer))).toEqual(['forward-link', 'room-session']);
    const search = registered.find(
      ({ id, parent }) => id === 'forward-link' && parent === session(bob as TestPeer),
    );
    expect(below(search?.sessionId ?? '')).toEqual(['forward-1']);
    for (const message of registered) {
      expect(message.atMs).toBeGreaterThan(0);
      expect(machineOf(message).events.length).toBeGreaterThan(0);
    }
    expect(viewer.state(session(alice as TestPeer)).value).toBe('CONNECTED');
  });

  test('actors that start later, even the root behind its first child', async () => {
    const viewer = await watch();
    const alice = world.join('alice');
    const root = await viewer.actor('user');
    expect(root.sessionId).toBe(session(alice));
    await viewer.actor('forward-link');
    expect(viewer.of('service.register').map(({ id }) => id)).toEqual([
      'user',
      'room-session',
      'forward-link',
    ]);
  });

  test('every event and the state behind it, while it is there', async () => {
    const alice = world.start('alice');
    const viewer = await watch();
    const { sessionId } = await viewer.actor('user');
    expect(viewer.state(sessionId).value).toEqual({ NAMED: 'IDLE' });
    alice.peer.send({ type: 'JOIN', room: ROOM });
    await viewer.until('JOINING', () => viewer.of('service.state').length > 0);
    world.clock.advance(100);
    await viewer.until('JOINED', () => viewer.state(sessionId).value === 'JOINED');
    const names = viewer
      .of('service.event')
      .filter((message) => message.sessionId === sessionId)
      .map(({ event }) => (JSON.parse(event) as { name: string }).name);
    expect(names).toEqual(['JOIN', 'ROOM_JOINED', 'MEMBERS_RECEIVED']);
    const first = viewer.messages.findIndex(({ type }) => type === 'service.event');
    expect(viewer.messages[first + 1]?.type).toBe('service.state');
  });

  test('the end of an actor', async () => {
    const [alice, bob] = world.joinAll(2) as [TestPeer, TestPeer];
    const viewer = await watch();
    const backward = await viewer.actor('backward-1');
    bob.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    const stopped = () => viewer.of('service.stop').map(({ sessionId }) => sessionId);
    await viewer.until('the end of the link', () => stopped().includes(backward.sessionId));
    expect(stopped()).toContain(session(bob));
    expect(stopped()).not.toContain(session(alice));
    const reason = await viewer.send(session(bob), { type: 'LIST' });
    expect(reason).toBe('this actor has ended');
  });

  test('the beginning of long lists', async () => {
    const alice = world.start('alice');
    const viewer = await watch();
    await viewer.actor('room-session');
    for (let number = 0; number < ITEMS_MAX + 3; number += 1) {
      world.start(`peer${number}`).peer.send({ type: 'JOIN', room: `room${number}` });
    }
    world.clock.advance(1_000);
    alice.peer.send({ type: 'LIST' });
    world.clock.advance(100);
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
    const alice = world.start('alice');
    const viewer = await watch();
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

  test('nothing before it has asked, and machines are attached to only while somebody watches', async () => {
    const alice = world.join('alice');
    const listeners = () => listenersOf(alice);
    const unwatched = listeners();
    const quiet = await new Client<Told>(entered.port, '/inspect', pageHeaders(entered)).opened();
    const viewer = await watch();
    await viewer.actor('user');
    await viewer.send(session(alice), { type: 'LIST' });
    expect(listeners()).toBe(unwatched + 1);
    expect(quiet.messages).toEqual([]);
    const other = await watch();
    await other.actor('user');
    expect(listeners()).toBe(unwatched + 1);
    viewer.close();
    other.close();
    await viewer.ended();
    await other.ended();
    const last = await watch();
    await last.actor('user');
    expect(listeners()).toBe(unwatched + 1);
  });

  test('everything again when it comes back', async () => {
    world.join('alice');
    const first = await watch();
    await first.actor('forward-link');
    first.close();
    await first.ended();
    const second = await watch();
    await second.actor('forward-link');
    expect([...second.actors.keys()]).toEqual([...first.actors.keys()]);
  });
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

describe('an event of a viewer', () => {
  test('gets to the machine that takes it', async () => {
    const alice = world.start('alice');
    const viewer = await watch();
    await viewer.actor('user');
    expect(
      await viewer.send(session(alice), { type: 'JOIN', room: ROOM } as { type: string }),
    ).toBeUndefined();
    world.clock.advance(100);
    expect(alice.peer.status().room).toBe(ROOM);
    const { sessionId } = await viewer.actor('room-session');
    expect(
      await viewer.send(sessionId, { type: 'CLOSED', reason: 'pulled' } as { type: string }),
    ).toBeUndefined();
    expect(alice.lines().at(-1)).toContain('Connection to the room server lost: pulled.');
  });

  test.each([
    ['of a type that the machine does not know', { type: 'DANCE' }, 'user knows no DANCE'],
    ['of a type that every object has', { type: 'constructor' }, 'user knows no constructor'],
    ['of XState', { type: 'xstate.stop' }, 'user knows no xstate.stop'],
    [
      'that an actor has ended',
      { type: 'done.invoke.room-session' },
      'user knows no done.invoke.room-session',
    ],
    [
      'that only actors can know',
      { type: 'LINK_UP', link: 'x' },
      "LINK_UP tells what only the machines' own actors can know",
    ],
    [
      'of a connection that is not there',
      { type: 'CONNECTION_ACCEPTED', accepted: 9 },
      "CONNECTION_ACCEPTED tells what only the machines' own actors can know",
    ],
    ['without its field', { type: 'SEND' }, 'SEND wants text (string)'],
    ['with a field of another type', { type: 'SEND', text: { length: 1 } }, 'SEND wants text (string)'],
    ['with a field too many', { type: 'LIST', room: 'x' }, 'LIST wants no fields'],
    ['that its state does not take', { type: 'FRESH_LIST_NEEDED' }, 'user does not react to it in its state'],
  ])('%s is refused, and says why', async (_, event, reason) => {
    const alice = world.start('alice');
    const viewer = await watch();
    await viewer.actor('user');
    const before = alice.notices.length;
    expect(await viewer.send(session(alice), event)).toBe(reason);
    expect(alice.notices.length).toBe(before);
    expect(viewer.end).toBeUndefined();
  });

  test.each([
    ['no JSON', '{'],
    ['an unknown message', '{"type":"service.stop","sessionId":"x:0"}'],
    ['an event that is no text', '{"type":"xstate.event","event":{}}'],
    ['an event that is no JSON', '{"type":"xstate.event","event":"{"}'],
    ['an event without a target', '{"type":"xstate.event","event":"{\\"data\\":{\\"type\\":\\"LIST\\"}}"}'],
    ['an event without a type', '{"type":"xstate.event","event":"{\\"origin\\":\\"x:0\\",\\"data\\":{}}"}'],
    ['several events', '{"type":"xstate.event","event":"[]"}'],
  ])('%s closes the connection; the peers live on', async (_, text) => {
    const alice = world.start('alice');
    const viewer = await watch();
    await viewer.actor('user');
    viewer.sendRaw(text);
    expect(await viewer.ended()).toEqual({ code: 1008 });
    alice.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(100);
    expect(alice.peer.status().room).toBe(ROOM);
  });

  test('that may be sent is one of the machine', async () => {
    const machines = new Map<string, readonly string[]>();
    const alice = world.join('alice');
    world.join('bob');
    const viewer = await watch();
    await viewer.actor('backward-1');
    alice.peer.send({ type: 'POKE', name: 'bob' });
    await viewer.actor('poke-2');
    for (const message of viewer.of('service.register')) {
      const { id, events } = machineOf(message);
      machines.set(id, events);
    }
    expect([...machines.keys()].sort()).toEqual(Object.keys(SENDABLE_EVENTS).sort());
    for (const [machine, events] of Object.entries(SENDABLE_EVENTS)) {
      for (const type of Object.keys(events)) expect(machines.get(machine)).toContain(type);
    }
  });

  test('that may be sent brings nobody down, at any time and whatever it says', async () => {
    const hidden = new HiddenErrors();
    hidden.begin();
    closeBehindTest(() => hidden.end());
    const peers = [world.start('start'), ...world.joinAll(3), world.start('named')];
    const viewer = await watch();
    await viewer.actor('backward-1');
    let sent = 0;
    for (const words of ['', 'peer1', 'x'.repeat(600), '::\r\n\u2028']) {
      for (const { sessionId, event } of everyEvent(viewer, words)) {
        if ((await viewer.send(sessionId, event)) === undefined) sent += 1;
        world.clock.advance(1);
      }
    }
    expect(sent).toBeGreaterThan(100);
    expect(await hidden.take()).toEqual([]);
    expect(viewer.end).toBeUndefined();
    // Whatever it was, the room finds itself again.
    world.clock.advance(120_000);
    const members = peers.filter(({ peer }) => peer.status().room === ROOM);
    expect(members.length).toBeGreaterThanOrEqual(3);
    world.say(members[0] as TestPeer, 'all here?');
    for (const { texts } of members) expect(texts().at(-1)).toContain('all here?');
  });
});

/** Every event that may be sent to what there is, but QUIT, with these words in its fields. */
function everyEvent(viewer: Viewer, words: string) {
  return viewer.of('service.register').flatMap(({ sessionId, machine }) => {
    const { id } = JSON.parse(machine) as { id: string };
    return Object.entries(SENDABLE_EVENTS[id] ?? {})
      .filter(([type]) => type !== 'QUIT')
      .map(([type, fields]) => {
        const values = Object.entries(fields).map(([name, kind]) => [name, kind === 'string' ? words : true]);
        return { sessionId, event: { type, ...Object.fromEntries(values) } };
      });
  });
}
