/**
 * The demo's room over real sockets, seen and broken by a page: what is broken heals, and a message reaches
 * all again.
 */
import { firstValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import type {
  ConsoleNotice,
  ConsolePeer,
  ConsoleStamp,
  ConsoleStatus,
} from '../../src/console/feed/messages.ts';
import type { ControlAction } from '../../src/console/feed/page-feed.ts';
import { DemoRoom } from '../../src/demo/demo-room.ts';
import { createNodeNetwork } from '../../src/io/node/node-network.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { systemRandom } from '../../src/io/node/system-random.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { startRoomServer } from '../../src/room-server/room-server.ts';
import { freePort, isFree } from '../e2e/tools/ports.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { Client, enter, pageHeaders } from './client.ts';
import { logRoom, type Message, openConsole } from './stage.ts';

const HOST = '127.0.0.1';
const ROOM = 'demo';

/** The program's limits, so much shorter that a test sees what they do. */
const LIMITS = {
  ...PEER_LIMITS,
  keepaliveMs: 250,
  connectTimeoutMs: 400,
  searchRetryMs: 100,
  stableLinkMs: 20,
  probeMinMs: 50,
  probeMaxMs: 200,
  closeGraceMs: 200,
};

/** A page over a demo, with the questions that its overlay answers. */
class DemoPage extends Client<Message> {
  get peers(): readonly ConsolePeer[] {
    const lists = this.messages.flatMap((message) =>
      message.type === 'hello' || message.type === 'peers' ? [message.peers] : [],
    );
    return lists.at(-1) ?? [];
  }

  get running(): readonly string[] {
    return this.peers.filter(({ isRunning }) => isRunning).map(({ id }) => id);
  }

  status(id: string): ConsoleStatus | undefined {
    return this.of('status').findLast(({ peer }) => peer === id)?.status;
  }

  notices(id: string): readonly ConsoleNotice[] {
    return this.of('notices').flatMap(({ notices }) => notices.filter(({ peer }) => peer === id));
  }

  /** What was shown in a peer's Message window: `speaker: text`. */
  texts(id: string): readonly string[] {
    return this.notices(id)
      .filter(({ type }) => type === 'text')
      .map(({ speaker, text }) => `${speaker}: ${text}`);
  }

  /** Everything that was told with a serial. */
  entries(): readonly (ConsoleStamp & { readonly kind: string })[] {
    return this.messages.flatMap((message): readonly (ConsoleStamp & { readonly kind: string })[] => {
      if (message.type === 'frames') return message.frames;
      return message.type === 'happenings' ? message.happenings : [];
    });
  }

  lastLine(id: string): string | undefined {
    return this.notices(id).at(-1)?.text;
  }

  /** Those that somebody is linked to, directly or through others, by what all of them say. */
  piece(id: string): readonly string[] {
    const idOf = new Map(this.running.map((each) => [this.status(each)?.self?.hid, each]));
    const reached = new Set([id]);
    for (const each of reached) {
      for (const { member } of this.status(each)?.links ?? []) {
        const other = idOf.get(member.hid);
        if (other !== undefined) reached.add(other);
      }
    }
    return [...reached].sort();
  }

  /** Resolves when each of these is linked to all of these, and to nobody else. */
  async onePiece(ids: readonly string[]): Promise<void> {
    await this.until(`${ids.join()} are one piece`, () =>
      ids.every((id) => this.piece(id).join() === [...ids].sort().join()),
    );
  }

  control(peer: string, action: ControlAction): void {
    this.say({ type: 'control', peer, action });
  }

  /** One peer says something; resolves when all of these have shown it. */
  async chat(from: string, text: string, to: readonly string[]): Promise<void> {
    const line = `${this.status(from)?.user}: ${text}`;
    this.say({ type: 'command', peer: from, command: { type: 'SEND', text } });
    await this.until(`${line} everywhere`, () => to.every((id) => this.texts(id).includes(line)));
  }
}

interface Demo {
  readonly page: DemoPage;
  readonly ids: readonly string[];
  readonly room: DemoRoom;
}

async function openDemo(count: number): Promise<Demo> {
  const network = createNodeNetwork({ closeGraceMs: LIMITS.closeGraceMs });
  const options = { network, clock: systemClock, limits: ROOM_SERVER_LIMITS, host: HOST, port: 0 };
  const server = await firstValueFrom(startRoomServer(options));
  closeBehindTest(async () => {
    server.stop();
    await firstValueFrom(server.stopped);
  });
  const ports: number[] = [];
  for (let number = 0; number < count; number += 1) ports.push(await freePort());
  const logged = logRoom();
  const room = new DemoRoom({
    ...{ network, clock: systemClock, random: systemRandom, limits: LIMITS },
    ...{ roomServer: server.address, host: HOST, ports, room: ROOM, log: logged.log },
  });
  const web = await openConsole('/nowhere', { control: room, room: logged });
  closeBehindTest(() => room.close());
  await room.open(count, web);
  const entered = await enter(web.url);
  const page = new DemoPage(entered.port, '/console', pageHeaders(entered));
  const ids = Array.from({ length: count }, (_, index) => `peer-${index + 1}`);
  await page.until('every status', () => ids.every((id) => page.status(id)));
  await page.onePiece(ids);
  return { page, ids, room };
}

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
