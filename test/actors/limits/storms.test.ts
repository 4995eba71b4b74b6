import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import type { ReplacedPorts } from '../../../src/peer/replaced-ports.ts';
import type { RelayPorts } from '../../../src/relay/relay.ts';
import {
  linkedWith,
  members,
  RawEnd,
  RawMember,
  requestsIn,
  ScriptedServer,
  shown,
  traceOf,
} from '../tools/raw.ts';
import { handshake, PeerWorld, PORT, ROOM, type TestPeer, text } from '../tools/world.ts';

const STRANGERS = 1_000;
const KNOCKING = 300;

/** A peer whose room server answers when the test says so, and a raw member that is linked with it. */
function linkedWithScriptedServer(limits = {}, replaced: ReplacedPorts = {}) {
  const world = new PeerWorld({ limits, replaced });
  const server = new ScriptedServer(world);
  const self = world.start('self');
  const raw = new RawMember(world, 'raw', '10.0.9.1').listen();
  self.peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(10);
  server.reply(members(raw, self));
  expect(linkedWith(self)).toEqual(['raw']);
  const [link] = raw.accepted;
  if (!link) throw new Error('nobody has dialled');
  return { world, server, self, raw, link, list: members(raw, self) };
}

function stranger(at: number): { name: string; ip: string } {
  return { name: `stranger${at}`, ip: `10.${50 + Math.floor(at / 250)}.0.${(at % 250) + 1}` };
}

/** P of somebody nobody knows, each on a connection of its own, all sent in one instant. */
function strangersKnock(world: PeerWorld, to: TestPeer, count: number): RawEnd[] {
  const ends: RawEnd[] = [];
  for (let at = 0; at < count; at += 1) {
    const { name, ip } = stranger(at);
    world.network
      .host(ip)
      .connect({ host: to.ip, port: PORT }, 5_000)
      .subscribe((connection) => {
        const end = new RawEnd(connection);
        ends.push(end);
        end.write(handshake(name, ip));
      });
  }
  world.clock.advance(20);
  return ends;
}

describe('1,000 messages of origins that nobody knows', () => {
  const texts = Array.from({ length: STRANGERS }, (_, at) => {
    const { name, ip } = stranger(at);
    return text(name, ip, 1, `I am number ${at}`);
  });

  test('that come together cost one J, and one event of a machine; all are shown', () => {
    let events = 0;
    const relay = (ports: RelayPorts): RelayPorts => ({
      ...ports,
      freshListNeeded: () => {
        events += 1;
        ports.freshListNeeded();
      },
    });
    const { world, server, self, link, list } = linkedWithScriptedServer({}, { relay });
    const frames = traceOf(world, self);
    link.write(texts.join(''));
    world.clock.advance(100);
    expect(requestsIn(frames)).toHaveLength(1);
    server.reply(list);
    world.clock.advance(5_000);
    expect(requestsIn(frames)).toHaveLength(1);
    expect(events).toBe(1);
    expect(self.texts()).toHaveLength(STRANGERS);
  });

  test('cost 5 J at once and one in 2 s more, however they are spread, and the KEEPALIVE goes on', () => {
    const { world, server, self, link, list } = linkedWithScriptedServer();
    const frames = traceOf(world, self);
    let replies = 0;
    for (const [at, each] of texts.entries()) {
      link.write(each);
      world.clock.advance(10);
      expect(requestsIn(frames).length - replies).toBeLessThanOrEqual(1);
      // Every J is under way for half a second.
      if (at % 50 !== 49) continue;
      if (replies === requestsIn(frames).length) continue;
      server.reply(list);
      replies += 1;
    }
    const { freshListsMax, freshListMs } = PEER_LIMITS;
    const spreadMs = (STRANGERS + 1) * 10;
    expect(requestsIn(frames).length).toBeGreaterThan(freshListsMax);
    // One for a KEEPALIVE.
    expect(requestsIn(frames).length).toBeLessThanOrEqual(1 + freshListsMax + spreadMs / freshListMs);
    for (; replies < requestsIn(frames).length; replies += 1) server.reply(list);
    world.clock.advance(freshListMs);
    for (; replies < requestsIn(frames).length; replies += 1) server.reply(list);
    world.clock.advance(19_900 - freshListMs);
    expect(requestsIn(frames).length).toBe(replies + 1);
    expect(self.texts()).toHaveLength(STRANGERS);
  });

  test('of one origin that stays unknown cost one J, not one each', () => {
    const { world, server, self, link, list } = linkedWithScriptedServer();
    world.clock.advance(19_000);
    const frames = traceOf(world, self);
    const { name, ip } = stranger(1);
    for (let id = 1; id <= STRANGERS; id += 1) {
      link.write(text(name, ip, id, `number ${id}`));
      world.clock.advance(100);
      server.reply(list);
    }
    expect(self.texts()).toHaveLength(STRANGERS);
    const keepalives = Math.ceil((STRANGERS * 110) / 20_000);
    expect(requestsIn(frames).length).toBeGreaterThan(1);
    expect(requestsIn(frames).length).toBeLessThanOrEqual(1 + keepalives);
  });

  test('ask again for an origin that is still unknown when somebody has joined', () => {
    const { world, server, self, raw, link, list } = linkedWithScriptedServer();
    const { name, ip } = stranger(1);
    link.write(text(name, ip, 1, 'first'));
    world.clock.advance(10);
    server.reply(list);
    const before = traceOf(world, self);
    link.write(text(name, ip, 2, 'second'));
    world.clock.advance(1_000);
    expect(requestsIn(before)).toHaveLength(0);
    // The answer to the next KEEPALIVE.
    world.clock.advance(20_000);
    server.reply(members({ name: 'newcomer', ip: '10.0.9.9' }, raw, self));
    const frames = traceOf(world, self);
    link.write(text(name, ip, 3, 'third'));
    world.clock.advance(1_000);
    expect(requestsIn(frames)).toHaveLength(1);
  });
});

describe(`${KNOCKING} peers that nobody knows and that shake hands at once`, () => {
  test('cost one J, and one more behind it; none gets an S, and the newcomer among them is linked', () => {
    const { world, server, self, raw, list } = linkedWithScriptedServer({
      pendingHandshakesMax: KNOCKING,
      backwardLinksMax: KNOCKING,
    });
    const frames = traceOf(world, self);
    const links = strangersKnock(world, self, KNOCKING);
    expect(requestsIn(frames)).toHaveLength(1);
    expect(links.filter(({ isClosed }) => isClosed)).toHaveLength(0);
    server.reply(list);
    expect(requestsIn(frames)).toHaveLength(2);
    expect(links.filter(({ isClosed }) => isClosed)).toHaveLength(0);
    server.reply(members(stranger(7), raw, self));
    world.clock.advance(1_000);
    expect(requestsIn(frames)).toHaveLength(2);
    expect(links.filter(({ received }) => received !== '')).toHaveLength(1);
    expect(links[7]?.received).toBe('S:0::\r\n');
    expect(links.filter(({ isClosed }) => isClosed)).toHaveLength(KNOCKING - 1);
    expect(linkedWith(self, 'backward')).toEqual(['stranger7']);
    expect(shown(self)).toEqual({});
  });

  test('never cost two J at a time when they come one after the other', () => {
    const { world, server, self, list } = linkedWithScriptedServer();
    const frames = traceOf(world, self);
    let replies = 0;
    for (let at = 0; at < 200; at += 1) {
      const { name, ip } = stranger(at);
      world.raw(ip, self).send(handshake(name, ip), 1);
      expect(requestsIn(frames).length - replies).toBeLessThanOrEqual(1);
      if (at % 10 !== 9) continue;
      server.reply(list);
      replies += 1;
    }
    expect(requestsIn(frames).length).toBeLessThanOrEqual(200 / 10 + 1);
  });
});

test('strangers that poke cost one J each list at most, however often they do', () => {
  const { world, server, self, list } = linkedWithScriptedServer({
    pokesPerSecondMax: 0,
    pokesInTotalPerSecondMax: 0,
  });
  const frames = traceOf(world, self);
  world.network
    .host('10.0.9.7')
    .bind({ host: '0.0.0.0', port: PORT })
    .subscribe((socket) => {
      for (let at = 0; at < 500; at += 1) {
        socket.send(Buffer.from(`K:${ROOM}:stranger${at % 5}::\r\n`), { host: self.ip, port: PORT });
      }
    });
  world.clock.advance(100);
  expect(requestsIn(frames)).toHaveLength(1);
  server.reply(list);
  server.reply(list);
  server.reply(list);
  world.clock.advance(1_000);
  expect(requestsIn(frames)).toHaveLength(2);
  expect(self.peer.status().counters['pokes answered']).toBe(500);
});
