/**
 * The assignment's list for several peers: at least five real ones, one after the other, exchange messages
 * exactly once, before and after some of them have been killed and one has come back; and without a room
 * server.
 */
import { describe, expect, test } from 'vitest';
import { type JsonPeer, startJsonPeer } from '../tools/json-peer.ts';
import { startRoomServer } from '../tools/program.ts';
import { dial } from '../tools/raw.ts';
import { until } from '../tools/watched.ts';
import { join, LIST } from '../tools/wire.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin'];

async function startFive(server: number): Promise<JsonPeer[]> {
  const peers: JsonPeer[] = [];
  for (const name of NAMES) peers.push(await startJsonPeer(name, server));
  await connected(peers);
  return peers;
}

/**
 * True if every peer can be reached from the first over links among them, and no link leads to anybody else.
 */
function isConnected(peers: readonly JsonPeer[]): boolean {
  const links = new Map(peers.map(({ name, linked }) => [name, linked]));
  const reached = new Set<string>();
  const queue = [...links.keys()].slice(0, 1);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    reached.add(name);
    for (const neighbour of links.get(name) ?? []) {
      // Both ends have to have it: a link is up where its S has arrived, too.
      if (!links.get(neighbour)?.has(name)) return false;
      if (!reached.has(neighbour)) queue.push(neighbour);
    }
  }
  return reached.size === peers.length;
}

async function connected(peers: readonly JsonPeer[]): Promise<void> {
  await until(peers, 'the overlay is connected', () => isConnected(peers));
}

let round = 0;

/**
 * Everybody says something, and then something else. Once the second has arrived everywhere, each of the
 * first must have been shown exactly once by everybody.
 */
async function exchange(peers: readonly JsonPeer[]): Promise<void> {
  round += 1;
  const say = async (what: string): Promise<string[]> => {
    for (const peer of peers) peer.send(`${what} ${round}`);
    const texts = peers.map(({ name }) => `${name}: ${what} ${round}`);
    await until(peers, `everybody has "${what} ${round}" of everybody`, () =>
      peers.every(({ shown }) => texts.every((text) => shown.has(text))),
    );
    return texts;
  };
  const texts = [...(await say('first:')), ...(await say('::second'))];
  for (const { name, shown } of peers) {
    expect({ name, shown: texts.map((text) => [text, shown.get(text)]) }).toEqual({
      name,
      shown: texts.map((text) => [text, 1]),
    });
  }
}

/** Kills as many peers as wanted, those with the most backward links first; returns who is left. */
async function killBusiest(peers: readonly JsonPeer[], count: number): Promise<[JsonPeer[], JsonPeer[]]> {
  const busy = await Promise.all(peers.map(async (peer) => ({ peer, links: await peer.backwardLinks() })));
  busy.sort((one, other) => other.links - one.links);
  expect(busy[0]?.links).toBeGreaterThan(0);
  const killed = busy.slice(0, count).map(({ peer }) => peer);
  for (const peer of killed) peer.signal('SIGKILL');
  await Promise.all(killed.map((peer) => peer.ended()));
  return [killed, peers.filter((peer) => !killed.includes(peer))];
}

describe('five peers', () => {
  test('exchange messages exactly once, also after the busiest has been killed', async () => {
    const server = await startRoomServer();
    const peers = await startFive(server.port);
    await exchange(peers);
    const [, left] = await killBusiest(peers, 1);
    await connected(left);
    await exchange(left);
  });

  test('go on without the two busiest, and take one back under the same name and port', async () => {
    const server = await startRoomServer();
    const peers = await startFive(server.port);
    await exchange(peers);
    const [[killed], left] = await killBusiest(peers, 2);
    await connected(left);
    await exchange(left);
    if (!killed) throw new Error('nobody was killed');
    const again = [...left, await startJsonPeer(killed.name, server.port, killed.port)];
    await connected(again);
    await exchange(again);
  });

  test('one that is restarted at once sends and receives, whatever it had sent before', async () => {
    const server = await startRoomServer();
    const peers = await startFive(server.port);
    await exchange(peers);
    await exchange(peers);
    const [[killed], left] = await killBusiest(peers, 1);
    if (!killed) throw new Error('nobody was killed');
    // At once: nobody need have seen it missing on a member list.
    const again = [...left, await startJsonPeer(killed.name, server.port, killed.port)];
    await connected(again);
    await exchange(again);
  });

  test('chat on while the room server is away, and fill the room of its successor', async () => {
    const server = await startRoomServer();
    const peers = await startFive(server.port);
    await exchange(peers);
    server.signal('SIGKILL');
    await Promise.all(peers.map((peer) => peer.waitFor(/"type":"room server lost"/)));
    const links = peers.map(({ linked }) => linked);
    await exchange(peers);
    const successor = await startRoomServer({}, server.port);
    await Promise.all(peers.map((peer) => peer.waitFor(/"type":"room server back"/)));
    await Promise.all(NAMES.map((name) => successor.waitFor(new RegExp(` joined room1: ${name} `))));
    const visitor = await dial(successor.port);
    visitor.write(LIST);
    await visitor.waitForText('G:room1::\r\n');
    visitor.write(join({ user: 'visitor', ip: '127.0.0.1', port: 9 }));
    const list = await visitor.until('M', () => /M:.*::\r\n/.exec(visitor.received)?.[0]);
    for (const { name, port } of peers) expect(list).toContain(`:${name}:127.0.0.1:${port}:`);
    await exchange(peers);
    expect(peers.map(({ linked }) => linked)).toEqual(links);
  });
});
