/** Made-up overlays for the tests of the ring. */
import type { ConsolePeer } from '../../../../src/console/feed/messages.ts';
import { EMPTY_VIEW, type PeerView } from '../../../../src/console/page/state/peer-view.ts';
import type { Overlay, RingLink, RingMember } from '../../../../src/console/page/views/overlay/overlay.ts';
import type { LinkDirection } from '../../../../src/overlay/link-table.ts';
import type { Member } from '../../../../src/overlay/member.ts';
import { listed } from '../made-up.ts';

/** A peer of the console. */
export function consolePeer(id: string, rest: Partial<ConsolePeer> = {}): ConsolePeer {
  return { id, label: id, isRunning: true, isSplitOff: false, ...rest };
}

/** What the console knows of a peer that has joined `room` with these links. */
export function joined(
  self: Member,
  room: Member[],
  links: readonly (readonly [LinkDirection, Member])[] = [],
  name = 'tea',
): PeerView {
  return {
    ...EMPTY_VIEW,
    status: {
      state: links.length > 0 ? 'CONNECTED' : 'JOINED',
      user: self.user,
      room: name,
      self,
      port: self.port,
      isOffline: false,
      roomServer: { host: '127.0.0.1', port: 32_340, state: 'READY' },
      links: links.map(([direction, member], index) => ({
        id: `${direction}-${index + 1}`,
        direction,
        member,
      })),
      pending: [],
      rooms: [],
    },
    members: room.map((member) => listed(member)),
  };
}

/** Members `0`, `1`, … that are all alive, but those listed. */
export function ringMembers(count: number, dead: readonly number[] = []): readonly RingMember[] {
  return Array.from({ length: count }, (_, index) => ({
    hid: String(index),
    user: `user${index}`,
    address: `127.0.0.1:${5_000 + index}`,
    peer: `peer-${index}`,
    isAlive: !dead.includes(index),
    isSplitOff: false,
  }));
}

/** Sound links between members, by index. */
export function ringLinks(...pairs: readonly (readonly [from: number, to: number])[]): readonly RingLink[] {
  return pairs.map(([from, to]) => ({ from, to, isSound: true }));
}

/** An overlay whose links are all known. */
export function wholeOverlay(count: number, ...pairs: readonly (readonly [number, number])[]): Overlay {
  return { room: 'tea', members: ringMembers(count), links: ringLinks(...pairs), isWhole: true, absent: [] };
}
