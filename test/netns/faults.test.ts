/**
 * Goal: what is said while a cable is cut, an address changes or a process stands still is shown exactly once
 * by everybody who was linked when it was said and is there at the end.
 *
 * `P2PCHAT_NETNS=full npx vitest run test/netns` makes the faults last a minute, with the program's own
 * limits; otherwise both are shorter.
 */
import { expect } from 'vitest';
import type { PeerLimits } from '../../src/limits/peer.ts';
import { IS_FULL, lasting, testInRoom } from './in-namespaces.ts';
import type { HostedPeer, RoomInNamespaces } from './room-in-namespaces.ts';

const NAMES = ['ada', 'bob', 'cyd', 'dan', 'eve'] as const;
const PER_SECOND = 5;
/** The program's limits divided by some five; TCP's own times can't be. */
const LIMITS: Partial<PeerLimits> = IS_FULL
  ? {}
  : { keepaliveMs: 4_000, connectTimeoutMs: 1_000, replyTimeoutMs: 2_000, watchMs: 1_000, silenceMs: 4_000 };
/** Longer than `silenceMs` and what is done then. */
const FAULT_MS = IS_FULL ? 60_000 : 12_000;
const BEFORE_MS = 2_000;
/** How long everybody goes on talking after the fault, and what is awaited then. */
const AFTER_MS = IS_FULL ? 30_000 : 3_000;
const COMPLETE_MS = IS_FULL ? 120_000 : 20_000;
const TIMEOUT_MS = BEFORE_MS + FAULT_MS + AFTER_MS + COMPLETE_MS + 30_000;

/** Everybody talks before, while and after `fault`; nothing may be lost or doubled. */
async function talkThrough(room: RoomInNamespaces, fault: () => Promise<void>): Promise<void> {
  const stop = room.talk(PER_SECOND);
  await lasting(BEFORE_MS);
  await fault();
  await lasting(AFTER_MS);
  stop();
  expect(await room.books.completed(COMPLETE_MS)).toMatchObject({ lost: 0, doubled: 0, losses: [] });
  expect(room.peers.filter(({ isLinked }) => !isLinked)).toEqual([]);
}

/** Who has the most links. */
function hubOf(peers: readonly HostedPeer[]): HostedPeer {
  const links = ({ peer }: HostedPeer) => peer.backward.size + (peer.forward === undefined ? 0 : 1);
  return [...peers].sort((one, other) => links(other) - links(one))[0] as HostedPeer;
}

testInRoom("nothing is lost or doubled when the hub's cable is cut and mended", TIMEOUT_MS, async (room) => {
  const { host } = hubOf(await room.joinAll(NAMES, { limits: LIMITS }));
  await talkThrough(room, async () => {
    host.cut();
    await lasting(FAULT_MS);
    host.mend();
  });
});

testInRoom(
  'nothing is lost or doubled when the address of a peer changes whom nobody can dial',
  TIMEOUT_MS,
  async (room) => {
    await room.joinAll(['ada', 'bob', 'cyd'], { limits: LIMITS });
    // Its place behind a network address translation: what it advertises is no address of any host.
    const words = ['--advertise', room.namespaces.nextAddress()];
    const { host, peer } = await room.join('nat', { limits: LIMITS, words });
    await room.books.untilWhole(room.peers);
    expect(peer.forward).toBeDefined();
    await talkThrough(room, async () => {
      host.changeAddress();
      await lasting(FAULT_MS);
    });
  },
);

testInRoom('nothing is lost or doubled when a neighbour stands still', TIMEOUT_MS, async (room) => {
  const { peer } = hubOf(await room.joinAll(NAMES, { limits: LIMITS }));
  await talkThrough(room, async () => {
    peer.pause();
    await lasting(FAULT_MS);
    peer.goOn();
  });
});
