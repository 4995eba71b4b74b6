/**
 * One member of a room of five does everything that issue 3 lists at once, and the other four chat as if
 * nothing were.
 *
 * What no peer can hold out against is left out, because the protocol has no signatures: a T in another's
 * name with a message ID that this other is going to use and other content is a message of this other for
 * everybody who gets it. So what is forged here in the names of listed members bears IDs far above theirs: it
 * is shown, once, and takes nothing away from them.
 */
import { describe, expect, test } from 'vitest';
import type { DatagramSocket } from '../../src/io/network.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { RawMember, requestsIn, shown, traceOf } from '../actors/tools/raw.ts';
import {
  handshake,
  PeerWorld,
  PORT,
  type ScriptedConnection,
  type TestPeer,
  text,
} from '../actors/tools/world.ts';

/** Far over what it takes on a busy computer. */
const TIMEOUT_MS = 120_000;
const ROUNDS = 100;
const ROUND_MS = 1_000;
const FORGED_FIRST_ID = 1_000_000;
/** Rounds in which nothing that the four send to the hostile one arrives there. */
const DEAF = { from: 41, to: 49 };
const STRAY = [
  'S:0::\r\n',
  'L::\r\n',
  'G:room::\r\n',
  'F:no::\r\n',
  'A::\r\n',
  'M:1:x:10.9.9.9:1::\r\n',
  'D:a:b:1.2.3.4:5::\r\n',
];

/** The hostile member: a link to each of the four, and whatever it can think of besides. */
class Hostile {
  readonly member: RawMember;
  readonly #world: PeerWorld;
  readonly #victims: readonly TestPeer[];
  readonly #links = new Map<TestPeer, ScriptedConnection>();
  #socket: DatagramSocket | undefined;
  relinks = -4;

  constructor(world: PeerWorld, victims: readonly TestPeer[]) {
    this.#world = world;
    this.#victims = victims;
    this.member = new RawMember(world, 'mallory', '10.0.9.1').join().listen();
    // It would take the forward links of the others over; what it then keeps to itself nobody can tell.
    this.member.answer = '';
    world.network
      .host(this.member.ip)
      .bind({ host: '0.0.0.0', port: PORT })
      .subscribe((socket) => {
        this.#socket = socket;
      });
    world.clock.advance(1);
  }

  /** Everything at once, without waiting in between. */
  misbehave(round: number): void {
    for (const victim of this.#victims) {
      const link = this.#link(victim);
      const bytes = [
        ...this.#duplicates(link, round),
        ...this.#frames(victim, round),
        // Every tenth link is cut in the middle of a frame.
        round % 10 === 9 ? `T:room:1:mallory:1:400:half` : '',
      ].join('');
      link.connection.write(Buffer.from(bytes, 'latin1'));
      this.#strangers(victim, round);
      this.#pokes(victim, round);
      if (round % 10 === 9) link.connection.destroy();
    }
  }

  leave(): void {
    for (const link of this.#links.values()) link.close();
    this.member.stopListening();
    this.member.leave();
    this.#socket?.close();
  }

  /** Its link to a peer, made again where it has been lost. */
  #link(victim: TestPeer): ScriptedConnection {
    const link = this.#links.get(victim);
    if (link && !link.isClosed) return link;
    this.relinks += 1;
    const again = this.#world.raw(this.member.ip, victim);
    again.connection.write(Buffer.from(handshake(this.member.name, this.member.ip)));
    this.#links.set(victim, again);
    return again;
  }

  /** What it has been sent comes back at once, twice; and what is old comes again now and then. */
  #duplicates(link: ScriptedConnection, round: number): string[] {
    const framesOf = (bytes: string) => {
      const parts = bytes.split('::\r\n').slice(1, -1);
      return parts.filter((part) => part.startsWith('T:')).map((part) => `${part}::\r\n`);
    };
    const latest = framesOf(link.received.slice(-2_000)).slice(-5);
    return [...latest, ...latest, ...(round % 15 === 0 ? framesOf(link.received.slice(0, 500)) : [])];
  }

  #frames(victim: TestPeer, round: number): string[] {
    const { name, ip } = this.member;
    const others = this.#victims.filter((other) => other !== victim);
    return [
      // Another room.
      text(name, ip, round, 'elsewhere', 'other'),
      // No frames: fewer than cost it the link, so that the rest goes on.
      'nonsense::\r\n',
      `T:room:1:${name}:${'9'.repeat(30)}:1:x::\r\n`,
      // Handshakes on a link that has had its own, in its own name and in others'.
      handshake(name, ip, { msgId: round }),
      ...others.map((other) => handshake(other.name, other.ip)),
      ...STRAY,
      // The name of the one that it is sent to.
      text(victim.name, victim.ip, round, 'you said so'),
      text(victim.name, victim.ip, FORGED_FIRST_ID + round, 'you said so'),
      // Origins that nobody has ever heard of.
      text(`ghost${round}`, '10.9.9.9', 1, `boo ${round}`),
      text(`ghost${round % 7}`, '10.9.9.9', FORGED_FIRST_ID + round, `boo again ${round}`),
      // The names of the others.
      ...others.map((other) => text(other.name, other.ip, FORGED_FIRST_ID + round, `forged ${round}`)),
    ];
  }

  /**
   * Connections from elsewhere: T before the handshake, P of strangers, garbage, nothing, closed or reset.
   */
  #strangers(victim: TestPeer, round: number): void {
    const storm = Array.from({ length: round % 10 === 0 ? 10 : 1 }, () => '10.0.8.9');
    const sources = [this.member.ip, `10.0.8.${round % 5}`, ...storm];
    const first = [
      text(this.member.name, this.member.ip, 900 + round, 'too early'),
      handshake('nobody', '10.0.8.1'),
      'x'.repeat(3_000),
    ];
    sources.forEach((source, index) => {
      const host = this.#world.network.host(source);
      host.connect({ host: victim.ip, port: PORT }, 1_000).subscribe({
        next: (connection) => {
          connection.bytes.subscribe();
          connection.write(Buffer.from(first[(round + index) % first.length] ?? ''));
          const close = () => (round % 2 === 0 ? connection.end() : connection.destroy());
          this.#world.clock.setTimeout(close, ROUND_MS / 2);
        },
        error: () => {},
      });
    });
  }

  #pokes(victim: TestPeer, round: number): void {
    const to = { host: victim.ip, port: PORT };
    const stray = ['K:other:mallory::\r\n', 'A::\r\n', '', 'T:room:1:mallory:1:1:x::\r\n', 'K:::\r\n'];
    const flood = Array.from(
      { length: 20 },
      (_, count) => `K:room:${count % 3 === 0 ? `ghost${round}` : 'mallory'}::\r\n`,
    );
    for (const datagram of [...stray, ...flood]) this.#socket?.send(Buffer.from(datagram), to);
  }
}

/** The most requests that were ever unanswered at the room server. */
function mostOutstanding(frames: ReturnType<typeof traceOf>): number {
  let outstanding = 0;
  let most = 0;
  for (const { via, direction } of frames) {
    if (via !== 'room server') continue;
    outstanding += direction === 'out' ? 1 : -1;
    most = Math.max(most, outstanding);
  }
  return most;
}

describe('a hostile neighbour', () => {
  test('that misbehaves in every way at once: the other four show each of 100 messages exactly once', {
    timeout: TIMEOUT_MS,
  }, () => {
    const world = new PeerWorld();
    const four = world.joinAll(4);
    world.clock.advance(30_000);
    const links = world.links();
    const traces = four.map((peer) => traceOf(world, peer));
    const hostile = new Hostile(world, four);
    const said: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const from = four[round % four.length] as TestPeer;
      for (const { ip } of four) {
        world.cutOneWay(ip, hostile.member.ip, round >= DEAF.from && round < DEAF.to);
      }
      from.peer.send({ type: 'SEND', text: `message ${round}` });
      said.push(`${from.name}: message ${round}`);
      hostile.misbehave(round);
      world.clock.advance(ROUND_MS);
    }
    world.clock.advance(60_000);

    for (const peer of four) {
      const counts = shown(peer);
      const wrong = said.filter((line) => counts[line] !== 1).map((line) => `${line}: ${counts[line] ?? 0}`);
      expect(wrong, peer.name).toEqual([]);
      const lines = peer.texts().join('\n');
      // Nothing of what can be told from a message of the room is shown.
      expect(lines).not.toMatch(/elsewhere|you said so|too early/);
      expect(Object.entries(counts).filter(([, count]) => count > 1)).toEqual([]);
    }
    // The links among the four have not moved.
    expect(world.links().filter((link) => !link.includes('mallory'))).toEqual(links);
    // It has had every chance.
    expect(hostile.relinks).toBeGreaterThan(0);
    for (const { peer } of four) {
      const { counters } = peer.status();
      for (const kind of ['duplicate', 'wrong room', 'malformed', 'unexpected', 'own name', 'refused poke']) {
        expect(counters[`dropped: ${kind}`], kind).toBeGreaterThanOrEqual(ROUNDS / 2);
      }
      expect(counters['pokes over the rate']).toBeGreaterThan(ROUNDS);
      expect(counters['pokes answered']).toBeLessThanOrEqual(
        // Its own, and those of everybody else at its address.
        2 * (ROUNDS * PEER_LIMITS.pokesPerSecondMax + 5),
      );
      expect(counters['connections refused']).toBeGreaterThan(0);
    }
    for (const frames of traces) {
      expect(mostOutstanding(frames), 'requests outstanding at once').toBe(1);
      // Each round brings an unknown origin, an unknown poker and two unknown peers at least.
      expect(requestsIn(frames).length).toBeLessThan(ROUNDS * 10);
    }
    hostile.leave();
    world.quitAll();
    world.server.stop();
    world.clock.advance(5_000);
    expect(world.clock.pending).toBe(0);
  });
});
