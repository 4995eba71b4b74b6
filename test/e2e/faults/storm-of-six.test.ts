/**
 * Goal: in a room of six real processes nothing circles: of 45,000 messages of as many origins, sent in by a
 * member, each process passes each on once at most, the traffic is over when all have had their copies, and
 * what members say meanwhile is heard by all.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type PeerProgram, startMember, startRoomServer } from '../tools/program.ts';
import { dial, type RawConnection } from '../tools/raw.ts';
import { until } from '../tools/watched.ts';
import { type Address, handshake, join } from '../tools/wire.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
const ORIGINS = 45_000;
const STORM_MAX_MS = 40_000;
/** Far longer than a frame takes around the room: what circles would be seen in it. */
const SILENCE_MS = 2_000;
const COPY = /T:room1:(\d+):x:1:1:s::\r\n/g;

/**
 * A member of bare bytes beside one of the processes: it gets all that this one passes on, once per write.
 */
class Feed {
  readonly connection: RawConnection;
  #bytes = 0;
  #counted = 0;

  constructor(connection: RawConnection) {
    this.connection = connection;
  }

  /** How much has come so far. */
  get bytes(): number {
    const { chunks } = this.connection;
    for (; this.#counted < chunks.length; this.#counted += 1)
      this.#bytes += chunks[this.#counted]?.length ?? 0;
    return this.#bytes;
  }

  /** How often it has got each message of the storm, by origin. */
  copies(): Map<string, number> {
    const copies = new Map<string, number>();
    for (const [, origin = ''] of this.connection.received.matchAll(COPY))
      copies.set(origin, (copies.get(origin) ?? 0) + 1);
    return copies;
  }
}

/** Six that are all linked: each has heard each. */
async function startSix(server: number): Promise<PeerProgram[]> {
  const peers: PeerProgram[] = [];
  for (const name of NAMES) peers.push(await startMember({ server, name }));
  for (const peer of peers) await peer.waitFor(/→ CONNECTED|State +CONNECTED/);
  await allHear(peers, 'before');
  return peers;
}

/** Everybody says something, which everybody gets once. */
async function allHear(peers: readonly PeerProgram[], what: string): Promise<void> {
  const wanted = new Set(NAMES.map((name) => `[msg] ${name}: ${what}`));
  const heard = peers.map((peer) => {
    // From where the last look has ended: a storm is of many lines.
    const found: string[] = [];
    let at = 0;
    return () => {
      for (; at < peer.lines.length; at += 1)
        if (wanted.has(peer.lines[at] ?? '')) found.push(peer.lines[at] ?? '');
      return found;
    };
  });
  for (const peer of peers) peer.send(what);
  const isHeard = () => heard.every((found) => found().length >= NAMES.length);
  await until(peers, `${what} of everybody`, isHeard, STORM_MAX_MS);
  for (const found of heard) expect(found().toSorted()).toEqual([...wanted]);
}

/** A raw member for each name, listed by the room server and linked to a peer. */
async function linked(server: number, peers: readonly PeerProgram[]): Promise<RawConnection[]> {
  const list = await dial(server);
  const links: RawConnection[] = [];
  for (const [index, peer] of peers.entries()) {
    const raw: Address = { user: `raw${index}`, ip: '127.0.0.1', port: 1 + index };
    list.write(join(raw));
    await list.until('its M', () => list.received.includes(`${raw.user}:${raw.ip}:${raw.port}`));
    const link = await dial(peer.port);
    link.write(handshake(raw));
    await link.until('S', () => link.received.startsWith('S:'));
    links.push(link);
  }
  return links;
}

/**
 * What the processes have dropped as duplicates, and what observers have got: traffic of any kind changes it.
 */
async function traffic(peers: readonly PeerProgram[], observers: readonly Feed[]): Promise<string> {
  const counters: string[] = [];
  for (const peer of peers) counters.push((await peer.answers('/status')).join());
  return [...counters, ...observers.map(({ bytes }) => bytes)].join();
}

/** True if nothing has moved for a while. */
async function isSilent(peers: readonly PeerProgram[], observers: readonly Feed[]): Promise<boolean> {
  const before = await traffic(peers, observers);
  await delay(SILENCE_MS);
  return (await traffic(peers, observers)) === before;
}

test('a storm of 45,000 origins dies in a room of six processes: each passes each message on once', async () => {
  const server = await startRoomServer();
  const peers = await startSix(server.port);
  const [storm, ...rest] = await linked(server.port, [...peers.slice(0, 1), ...peers]);
  const observers = rest.map((connection) => new Feed(connection));
  const startMs = performance.now();
  const origins = Array.from({ length: ORIGINS }, (_, index) => `T:room1:${index}:x:1:1:s::\r\n`);
  storm?.write(origins.join(''));
  await allHear(peers, 'during');
  const size = origins.join('').length;
  await until(rest, 'all copies', () => observers.every(({ bytes }) => bytes >= size), STORM_MAX_MS);
  await expect.poll(() => isSilent(peers, observers), { interval: 1, timeout: STORM_MAX_MS }).toBe(true);
  expect(performance.now() - startMs).toBeLessThan(STORM_MAX_MS);
  for (const feed of observers) {
    const copies = feed.copies();
    expect([copies.size, Math.max(...copies.values())]).toEqual([ORIGINS, 1]);
  }
  await allHear(peers, 'after');
});
