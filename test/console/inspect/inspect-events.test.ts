/**
 * The socket /inspect: which events of a viewer get to the machines, and that none of them brings anybody
 * down.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { SENDABLE_EVENTS } from '../../../src/console/inspect/sendable-events.ts';
import { ROOM, type TestPeer } from '../../actors/tools/world.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { HiddenErrors } from '../../hostile/errors.ts';
import {
  type InspectStage,
  type InspectViewer,
  machineOf,
  session,
  setInspectStage,
} from './inspect-stage.ts';

let stage: InspectStage;

beforeEach(async () => {
  stage = await setInspectStage();
});

describe('an event of a viewer', () => {
  test('gets to the machine that takes it', async () => {
    const alice = stage.world.start('alice');
    const viewer = await stage.watch();
    await viewer.actor('user');
    expect(
      await viewer.send(session(alice), { type: 'JOIN', room: ROOM } as { type: string }),
    ).toBeUndefined();
    stage.world.clock.advance(100);
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
      { type: 'BACKWARD_LINKED', link: 'x' },
      "BACKWARD_LINKED tells what only the machines' own actors can know",
    ],
    [
      'of a connection that is not there',
      { type: 'CONNECTION_ACCEPTED', link: 'backward-9' },
      "CONNECTION_ACCEPTED tells what only the machines' own actors can know",
    ],
    ['without its field', { type: 'SEND' }, 'SEND wants text (string)'],
    ['with a field of another type', { type: 'SEND', text: { length: 1 } }, 'SEND wants text (string)'],
    ['with a field too many', { type: 'LIST', room: 'x' }, 'LIST wants no fields'],
    ['that its state does not take', { type: 'FRESH_LIST_NEEDED' }, 'user does not react to it in its state'],
  ])('%s is refused, and says why', async (_, event, reason) => {
    const alice = stage.world.start('alice');
    const viewer = await stage.watch();
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
    const alice = stage.world.start('alice');
    const viewer = await stage.watch();
    await viewer.actor('user');
    viewer.sendRaw(text);
    expect(await viewer.ended()).toEqual({ code: 1008 });
    alice.peer.send({ type: 'JOIN', room: ROOM });
    stage.world.clock.advance(100);
    expect(alice.peer.status().room).toBe(ROOM);
  });

  test('that may be sent is one of the machine', async () => {
    const machines = new Map<string, readonly string[]>();
    const alice = stage.world.join('alice');
    stage.world.join('bob');
    const viewer = await stage.watch();
    await viewer.actor('backward-1');
    alice.peer.send({ type: 'POKE', name: 'bob' });
    await viewer.actor('poke-1');
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
    const peers = [stage.world.start('start'), ...stage.world.joinAll(3), stage.world.start('named')];
    const viewer = await stage.watch();
    await viewer.actor('backward-1');
    let sent = 0;
    for (const words of ['', 'peer1', 'x'.repeat(600), '::\r\n\u2028']) {
      for (const { sessionId, event } of everyEvent(viewer, words)) {
        if ((await viewer.send(sessionId, event)) === undefined) sent += 1;
        stage.world.clock.advance(1);
      }
    }
    expect(sent).toBeGreaterThan(100);
    expect(await hidden.take()).toEqual([]);
    expect(viewer.end).toBeUndefined();
    // Whatever it was, the room finds itself again.
    stage.world.clock.advance(120_000);
    const members = peers.filter(({ peer }) => peer.status().room === ROOM);
    expect(members.length).toBeGreaterThanOrEqual(3);
    stage.world.say(members[0] as TestPeer, 'all here?');
    for (const { texts } of members) expect(texts().at(-1)).toContain('all here?');
  });
});

/** Every event that may be sent to what there is, but QUIT, with these words in its fields. */
function everyEvent(viewer: InspectViewer, words: string) {
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
