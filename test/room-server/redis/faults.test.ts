/**
 * Goal: a room service of two processes on one Redis outlives one of them, its store, and both at once; the
 * peers are all listed again, and their chat never stops. Times are the program's, all shortened in the same
 * proportion.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { until } from '../../e2e/tools/watched.ts';
import { hasRedis, RedisServer } from './tools/redis-server.ts';
import { LoadMember, loadJoin, ROOM, ServicePeer, ServiceServer } from './tools/service.ts';

const PEERS = ['ann', 'ben', 'cleo', 'dan'];
const LOAD = 40;
const LOAD_PAUSE_MS = 20;
/** Some of it is spent waiting for a member to be 4 s silent. */
const DEADLINE_MS = 20_000;

describe.skipIf(!hasRedis)('a room service of two servers', () => {
  let redis: RedisServer;
  let first: ServiceServer;
  let second: ServiceServer;
  let peers: ServicePeer[];

  beforeEach(async () => {
    redis = await RedisServer.start();
    closeBehindTest(() => redis.close());
    [first, second] = await Promise.all([ServiceServer.start(redis), ServiceServer.start(redis)]);
    peers = [];
    for (const [index, name] of PEERS.entries()) {
      peers.push(await ServicePeer.join(name, index % 2 === 0 ? [first, second] : [second, first]));
    }
    await allListed();
  });

  afterEach(() => {
    peers = [];
  });

  async function allListed(): Promise<void> {
    const isListed = () => peers.every((peer) => peer.members().join() === PEERS.join());
    await until(peers, 'everybody knows everybody', isListed, DEADLINE_MS);
  }

  /** Everybody says something again and again, until it is told to stop: the lines that were said. */
  function startChat(): () => string[] {
    const said: string[] = [];
    const timer = setInterval(() => {
      const speaker = peers[said.length % peers.length];
      speaker?.peer.send({ type: 'SEND', text: `line ${said.length}` });
      said.push(`${speaker?.name}: line ${said.length}`);
    }, 25);
    closeBehindTest(() => clearInterval(timer));
    return () => {
      clearInterval(timer);
      return said;
    };
  }

  /** Every line was shown by everybody, once, and nobody has been without a link for it. */
  async function chatWasWhole(said: readonly string[]): Promise<void> {
    const last = said.at(-1) ?? '';
    await until(peers, 'the last line is everywhere', () => peers.every(({ texts }) => texts.includes(last)));
    for (const { texts } of peers) expect([...texts].sort()).toEqual([...said].sort());
  }

  function startLoad(): LoadMember[] {
    return Array.from({ length: LOAD }, (_, index) => {
      return new LoadMember(index % 2 === 0 ? first : second, loadJoin(index), LOAD_PAUSE_MS);
    });
  }

  test('one is killed under load: its peers are listed without a break, its other members expire, once', async () => {
    const load = startLoad();
    await until(load, 'the load runs', () => load.every(({ answers }) => answers > 5));
    const feed = new LoadMember(second, `J:${ROOM}:feed:10.9.1.1:5000::\r\n`, 20);
    await feed.until('it is listed with the others', () => PEERS.every((name) => feed.last.includes(name)));
    const unlisted: string[] = [];
    feed.watch(() => {
      if (!PEERS.every((name) => feed.last.includes(`:${name}:`))) unlisted.push(feed.last);
    });
    const stopChat = startChat();
    await first.crash();
    const [ann, , cleo] = peers as [ServicePeer, ServicePeer, ServicePeer, ServicePeer];
    for (const peer of [ann, cleo]) await peer.until('it is back', () => peer.has('room server back'));
    // What the dead server's connections owned goes by the rule of 60 s, 4 s here; its peers are refreshed
    // meanwhile.
    await second.until('its load expires', () => second.count(/ expired load/) >= LOAD / 2, DEADLINE_MS);
    expect(unlisted).toEqual([]);
    await chatWasWhole(stopChat());
    expect(second.count(/ expired load/)).toBe(LOAD / 2);
    expect(second.count(/ expired room/)).toBe(0);
    const lost = peers.filter((peer) => peer.has('room server lost')).map(({ name }) => name);
    expect(lost).toEqual(['ann', 'cleo']);
    expect(load.filter(({ isOver }) => isOver).length).toBe(LOAD / 2);
    expect(load.every(({ refusals }) => refusals === 0)).toBe(true);
  });

  test('the store is gone for a while and comes back empty: connections stay, the KEEPALIVEs fill it again', async () => {
    const stopChat = startChat();
    await redis.kill();
    const asker = new LoadMember(first, 'L::\r\n', 20);
    await asker.until('it is told why', () =>
      asker.last.startsWith('F:LIST message - The store of the rooms is away'),
    );
    const failed = () => peers.every((peer) => peer.has('room server failed'));
    await until(peers, 'every KEEPALIVE is refused', failed);
    await redis.start();
    const isBack = () => [first, second].every((server) => server.count(/^store .* connected$/) === 2);
    await until([first, second], 'both have their store again', isBack);
    const full = new LoadMember(second, `J:${ROOM}:feed:10.9.1.1:5000::\r\n`, 20);
    await full.until('all are listed again', () => PEERS.every((name) => full.last.includes(`:${name}:`)));
    await asker.until('the room is listed', () => asker.last === `G:${ROOM}::\r\n`);
    full.leave();
    await allListed();
    await chatWasWhole(stopChat());
    expect(peers.filter((peer) => peer.has('room server lost'))).toEqual([]);
    expect([first, second].map((server) => server.count(/^store .* lost:/))).toEqual([1, 1]);
  });

  test('a server and the store at once: everybody is listed again at the other', async () => {
    const stopChat = startChat();
    await Promise.all([first.crash(), redis.kill()]);
    const [ann, , cleo] = peers as [ServicePeer, ServicePeer, ServicePeer, ServicePeer];
    for (const peer of [ann, cleo])
      await peer.until('it has lost its server', () => peer.has('room server lost'));
    await second.waitFor(/^store .* lost:/);
    await redis.start();
    await second.until('it has its store again', () => second.count(/^store .* connected$/) === 2);
    const feed = new LoadMember(second, `J:${ROOM}:feed:10.9.1.1:5000::\r\n`, 20);
    await feed.until('all are listed', () => PEERS.every((name) => feed.last.includes(`:${name}:`)));
    feed.leave();
    await allListed();
    await chatWasWhole(stopChat());
    expect(second.isOver).toBe(false);
  });

  test('stops in order while its store stands still: EOF for everybody, exit code 0', async () => {
    redis.pause();
    closeBehindTest(() => redis.resume());
    first.signal('SIGTERM');
    expect(await first.ended()).toEqual({ code: 0, signal: null });
    expect(first.errors).toBe('');
  });
});
