/**
 * The demo's room over real sockets, seen and broken by a page: what is broken heals, and a message reaches
 * all again.
 */
import { expect, test } from 'vitest';
import { isFree } from '../e2e/tools/ports.ts';
import { type DemoPage, openDemo, ROOM } from './demo-stage.ts';

/** Who has the most links: without it there is most to heal. */
function hub(page: DemoPage): string {
  const links = (id: string) => page.status(id)?.links.length ?? 0;
  return [...page.running].sort((one, other) => links(other) - links(one))[0] ?? '';
}

test('all peers are in one room, and a message reaches all', async () => {
  const { page, ids } = await openDemo(5);
  expect(ids.map((id) => page.status(id)?.user)).toEqual(['alice', 'bob', 'carol', 'dave', 'erin']);
  await page.chat('peer-3', 'hello', ids);
  for (const id of ids) expect(page.texts(id)).toEqual(['carol: hello']);
});

test('what a page is told of a message is caused, one step after the other, by the command that said it', async () => {
  const { page, ids } = await openDemo(4);
  await page.chat('peer-3', 'hello', ids);
  const causes = new Map(page.entries().map((entry) => [entry.serial, entry]));
  for (const id of ids) {
    const line = page.notices(id).find(({ text }) => text === 'hello');
    const chain: string[] = [];
    for (let at = line?.causedBy ?? null; at !== null; at = causes.get(at)?.causedBy ?? null) {
      const { peer, kind } = causes.get(at) ?? {};
      chain.push(`${peer} ${kind}`);
    }
    expect(chain.at(-1)).toBe('peer-3 command');
    // Each hop is a frame that came in, and the one that its sender has sent.
    if (id !== 'peer-3') expect(chain.slice(0, 1)).toEqual([`${id} TEXT`]);
    expect(chain.filter((step) => step.endsWith('TEXT')).length % 2).toBe(0);
  }
});

test('the hub is killed: without a goodbye it is gone, the others link anew, and a message reaches them', async () => {
  const { page, ids } = await openDemo(5);
  const killed = hub(page);
  const others = ids.filter((id) => id !== killed);
  const { port = 0, user } = page.status(killed) ?? {};
  page.control(killed, 'kill');
  await page.until('its end', () => page.status(killed)?.state === 'TERMINATED');
  expect(page.running).not.toContain(killed);
  expect(page.status(killed)?.user).toBe(user);
  await page.onePiece(others);
  await page.chat(others[0] as string, 'still here', others);
  expect(page.lastLine(killed)).toBe('Killed: its connections were cut without a goodbye.');
  expect(page.notices(killed).map(({ text }) => text)).not.toContain('Goodbye.');
  expect(page.texts(killed)).toEqual([]);
  expect(await isFree(port)).toBe(true);
});

test('a killed peer is started again under its name and port, and takes part', async () => {
  const { page, ids } = await openDemo(4);
  const killed = hub(page);
  const { user, port } = page.status(killed) ?? {};
  page.control(killed, 'kill');
  await page.until('its end', () => page.status(killed)?.state === 'TERMINATED');
  page.control(killed, 'restart');
  await page.until('its next incarnation', () => page.peers.find(({ id }) => id === killed)?.isRunning);
  await page.until('its room', () => page.status(killed)?.room === ROOM);
  expect(page.status(killed)).toMatchObject({ user, port });
  await page.onePiece(ids);
  for (const id of ids) await page.chat(id, `from ${id}`, ids);
});

test('a peer that is split off is alone although it is listed; healed, a message reaches all again', async () => {
  const { page, ids } = await openDemo(4);
  const alone = hub(page);
  const others = ids.filter((id) => id !== alone);
  page.control(alone, 'split');
  await page.onePiece([alone]);
  await page.onePiece(others);
  expect(page.peers.find(({ id }) => id === alone)).toMatchObject({ isRunning: true, isSplitOff: true });
  const user = page.status(alone)?.user ?? '';
  const listed = page.of('members').findLast(({ peer }) => peer === others[0])?.members;
  expect(listed?.map((member) => member.user)).toContain(user);
  await page.chat(alone, 'anybody?', [alone]);
  await page.chat(others[0] as string, 'without it', others);
  page.say({ type: 'command', peer: others[0], command: { type: 'POKE', name: user } });
  await page.until('the poke', () =>
    page.notices(others[0] as string).some(({ type }) => type === 'poke unanswered'),
  );
  expect(page.notices(alone).map(({ type }) => type)).not.toContain('poked');
  expect(page.texts(alone)).toEqual([`${user}: anybody?`]);
  page.control(alone, 'heal');
  await page.onePiece(ids);
  await page.chat(alone, 'back', ids);
  await page.chat(others[0] as string, 'welcome', ids);
  expect(page.peers.find(({ id }) => id === alone)?.isSplitOff).toBe(false);
});

test('what can not be done to a peer is told in its Command window', async () => {
  const { page } = await openDemo(2);
  page.control('peer-1', 'restart');
  await page.until('the answer', () => page.lastLine('peer-1') === 'It is running.');
  page.control('peer-1', 'kill');
  page.control('peer-1', 'kill');
  await page.until('the answer', () => page.lastLine('peer-1') === 'It is not running.');
});

test('peers that have all quit can be started again: the console stays', async () => {
  const { page, ids } = await openDemo(2);
  for (const peer of ids) page.say({ type: 'command', peer, command: { type: 'QUIT' } });
  await page.until('the end of all', () => page.running.length === 0);
  for (const id of ids) expect(page.lastLine(id)).toBe('Goodbye.');
  for (const id of ids) page.control(id, 'restart');
  await page.onePiece(ids);
  await page.chat('peer-1', 'again', ids);
});

test('closed, it has released everything', async () => {
  const { page, ids, room } = await openDemo(3);
  page.control('peer-2', 'kill');
  page.control('peer-2', 'restart');
  await room.close();
  await page.until('the end of all', () => page.running.length === 0);
  for (const id of ids) expect(await isFree(page.status(id)?.port ?? 0)).toBe(true);
});
