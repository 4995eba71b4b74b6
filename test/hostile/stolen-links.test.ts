/**
 * Goal: a stranger does not decide whom the members of a room are linked to. It takes names whose HIDs stand
 * just behind those of its victims, so that it is everybody's first choice, and tries to be linked to by
 * making links and breaking them.
 */
import { describe, expect, test } from 'vitest';
import { compareHashIds, hashId } from '../../src/protocol/hash-id.ts';
import { linkedWith, RawMember } from '../actors/tools/raw.ts';
import { PeerWorld, PORT, type ScriptedConnection, type TestPeer } from '../actors/tools/world.ts';

const VICTIMS = 5;
const NAMES_TRIED = 5_000;
const LONG_MS = 65_000;

/** A name that makes the member at this address the next behind the victim on the ring. */
function nameBehind(victim: TestPeer, others: readonly TestPeer[], ip: string): string {
  const hid = (name: string, at: string) => hashId(name, at, PORT);
  const own = hid(victim.name, victim.ip);
  const next = others
    .map((other) => hid(other.name, other.ip))
    .filter((each) => compareHashIds(each, own) > 0)
    .sort(compareHashIds)[0];
  for (let tried = 0; tried < NAMES_TRIED; tried += 1) {
    const name = `m${tried}`;
    const each = hid(name, ip);
    const isBehind = compareHashIds(each, own) > 0;
    if (isBehind && (next === undefined || compareHashIds(each, next) < 0)) return name;
  }
  throw new Error(`no name behind ${victim.name}`);
}

/** A room that has been well for a minute, and a stranger for each of its members. */
function underAttack() {
  const world = new PeerWorld();
  const victims = world.joinAll(VICTIMS);
  world.clock.advance(60_000);
  const before = victims.map((victim) => linkedWith(victim, 'forward'));
  expect(before.filter(({ length }) => length === 1).length).toBeGreaterThanOrEqual(VICTIMS - 1);
  const strangers = victims.map((victim, at) => {
    const ip = `10.0.9.${at + 1}`;
    return new RawMember(world, nameBehind(victim, victims, ip), ip).join().listen();
  });
  world.clock.advance(21_000);
  const link = () => victims.map((victim, at) => (strangers[at] as RawMember).link(victim));
  const check = () => {
    for (const [at, link] of before.entries()) {
      // Who has no forward link searches for one: whom everybody else is linked to.
      if (link.length === 0) continue;
      expect(linkedWith(victims[at] as TestPeer, 'forward')).toEqual(link);
      const dialledBy = strangers[at]?.accepted.map(({ connection }) => connection.remote.host);
      expect(dialledBy).not.toContain(victims[at]?.ip);
    }
  };
  return { world, victims, strangers, link, check };
}

const BREAKS: readonly [string, (link: ScriptedConnection) => void][] = [
  ['resets it', (link) => link.connection.destroy()],
  ['closes it', (link) => link.connection.end()],
  [
    'sends what is no frame until it is closed',
    (link) => link.connection.write(Buffer.from('x::\r\n'.repeat(200))),
  ],
];

describe.each(BREAKS)('a stranger who links and %s', (_, breakLink) => {
  test.each([
    ['at once', 100],
    ['after more than a minute', LONG_MS],
  ])('%s takes no forward link over', (_when, afterMs) => {
    const { world, link, check } = underAttack();
    const links = link();
    world.clock.advance(afterMs);
    for (const each of links) breakLink(each);
    world.clock.advance(120_000);
    check();
  });
});

test('again and again, from 20 links each, changes nothing', () => {
  const { world, link, check } = underAttack();
  for (let round = 0; round < 20; round += 1) {
    const links = link();
    world.clock.advance(1_000);
    for (const each of links) each.connection.destroy();
    world.clock.advance(4_000);
    check();
  }
});

test('a stranger whose link falls silent within a minute takes nothing over when it answers again', () => {
  const { world, victims, strangers, link, check } = underAttack();
  link();
  world.clock.advance(1_000);
  const cut = (isCut: boolean) =>
    world.cut(
      strangers.map(({ ip }) => ip),
      victims.map(({ ip }) => ip),
      isCut,
    );
  cut(true);
  for (let at = 0; at < 10; at += 1) {
    world.say(victims[0] as TestPeer, `who is there? ${at}`);
    world.clock.advance(10_000);
  }
  expect(
    victims.flatMap((victim) => linkedWith(victim, 'backward')).filter((name) => name.startsWith('m')),
  ).toEqual([]);
  cut(false);
  world.clock.advance(120_000);
  check();
});

test('a member that was linked for long and fell silent is gone back to: that may be a room in pieces', () => {
  const { world, victims, strangers, link } = underAttack();
  link();
  world.clock.advance(LONG_MS);
  const ips = [strangers.map(({ ip }) => ip), victims.map(({ ip }) => ip)] as const;
  world.cut(...ips);
  for (let at = 0; at < 10; at += 1) {
    world.say(victims[0] as TestPeer, `who is there? ${at}`);
    world.clock.advance(10_000);
  }
  world.heal();
  world.clock.advance(120_000);
  expect(strangers.some(({ accepted }) => accepted.length > 0)).toBe(true);
});
