/**
 * What the socket `/console` tells a page of machines: all that they did before the page was opened, within
 * the log's bound; and what becomes of events that a page sends them.
 */
import { expect, test } from 'vitest';
import type { RoomMessage } from '../../../src/console/feed/messages.ts';
import type { ConsoleLimits } from '../../../src/console/limits.ts';
import { inspectionAfter, NO_INSPECTION } from '../../../src/console/page/inspection/inspection.ts';
import { PeerWorld, ROOM, type TestPeer } from '../../actors/tools/world.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { Client, enter, pageHeaders } from '../client.ts';
import { logRoom, type Message, openConsole } from '../stage.ts';

async function setStage(limits: Partial<ConsoleLimits> = {}) {
  const room = logRoom();
  const web = await openConsole('/nowhere', { room, limits });
  const world = new PeerWorld({ room: room.log });
  closeBehindTest(() => world.quitAll());
  const entered = await enter(web.url);
  return {
    world,
    open: async () => {
      const page = new Client<Message>(entered.port, '/console', pageHeaders(entered));
      await page.until('its greeting', () => page.messages.length > 0);
      // What the server tells besides changes nothing.
      const known = () =>
        page.messages.reduce((so, message) => inspectionAfter(so, message as RoomMessage), NO_INSPECTION);
      return { page, known };
    },
  };
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof setStage>>['open']>>;

function actorOf({ known }: Page, peer: string, name: string) {
  return [...known().actors.values()].find((actor) => actor.peer === peer && actor.name === name);
}

/** How often somebody has told a machine something, in its steps. */
function eventsOf({ known }: Page, peer: string, event: string): number {
  return known().steps.filter((step) => step.peer === peer && step.event === event).length;
}

test('a page that is opened late knows every step from the beginning, and so does the next one', async () => {
  const { world, open } = await setStage();
  const [alice] = world.joinAll(2) as [TestPeer, TestPeer];
  for (const page of [await open(), await open()]) {
    await page.page.until('the link', () => actorOf(page, 'peer1', 'backward-1')?.value !== undefined);
    const { steps } = page.known();
    const ofAlice = steps.filter((step) => step.peer === alice.name && step.actor === 'user');
    expect(ofAlice[0]).toMatchObject({ kind: 'started' });
    expect(ofAlice.map(({ event }) => event)).toEqual(expect.arrayContaining(['USER', 'JOIN']));
    expect(steps.map(({ serial }) => serial)).toEqual(
      steps.map(({ serial }) => serial).toSorted((one, other) => one - other),
    );
  }
});

test('where the bound has cut, the page is told how much, and every machine is found as it was', async () => {
  const stepsMax = 10;
  const { world, open } = await setStage({ stepsMax });
  const [alice] = world.joinAll(2) as [TestPeer, TestPeer];
  const told = 50;
  for (let number = 0; number < told; number += 1) alice.peer.send({ type: 'SEND', text: 'x' });
  const page = await open();
  await page.page.until('the newest', () => eventsOf(page, alice.name, 'SEND') === stepsMax);
  const gaps = page.page.messages.flatMap((message) => (message.type === 'gaps' ? message.gaps : []));
  const missing = gaps.filter(({ of, peer }) => of === 'steps' && peer === alice.name);
  expect(missing).toHaveLength(1);
  expect(missing[0]?.missing).toBeGreaterThan(told - stepsMax);
  for (const name of ['user', 'room-session', 'connectivity', 'forward-link', 'backward-1'])
    expect(actorOf(page, alice.name, name)).toMatchObject({ isStopped: false });
  expect(actorOf(page, alice.name, 'user')?.value).toEqual({ IN_ROOM: 'CONNECTED' });
  expect(actorOf(page, alice.name, 'user')?.contextNow).toMatchObject({ user: alice.name, room: ROOM });
});

test('an event of a page goes to the machine, or is refused with a sentence', async () => {
  const { world, open } = await setStage();
  const alice = world.start('alice');
  const page = await open();
  await page.page.until('the user machine', () => actorOf(page, 'alice', 'user') !== undefined);
  const start = Number(actorOf(page, 'alice', 'user')?.session);
  const refusals = () =>
    page.page.messages.flatMap((message) => (message.type === 'refused' ? [message.reason] : []));
  page.page.say({ type: 'event', start, event: { type: 'JOIN', room: ROOM } });
  page.page.say({ type: 'event', start, event: { type: 'BACKWARD_LINKED' } });
  page.page.say({ type: 'event', start, event: { type: 'JOIN' } });
  page.page.say({ type: 'event', start: 999_999, event: { type: 'LIST' } });
  await page.page.until('three refusals', () => refusals().length === 3);
  expect(refusals()).toEqual([
    "BACKWARD_LINKED tells what only the machines' own actors can know",
    'JOIN wants room (string)',
    'this actor has ended',
  ]);
  await page.page.until('the event', () => eventsOf(page, 'alice', 'JOIN') === 1);
  expect(page.known().steps.find(({ event }) => event === 'JOIN')?.to).toEqual({ NAMED: 'JOINING' });
  world.clock.advance(100);
  expect(alice.peer.status().state).toBe('JOINED');
});
