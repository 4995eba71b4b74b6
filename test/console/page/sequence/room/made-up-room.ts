/** A made-up room of three, and what its peers tell of one message and more. */
import type {
  ConsoleConnection,
  ConsoleFrame,
  ConsoleHappening,
} from '../../../../../src/console/feed/messages.ts';
import { memberKeyOf } from '../../../../../src/console/page/views/sequence/diagram/parties.ts';
import type { RoomPeer } from '../../../../../src/console/page/views/sequence/room/passages.ts';
import type { Member } from '../../../../../src/overlay/member.ts';
import type { Frame } from '../../../../../src/protocol/frames.ts';
import { consoleFrame, member, nextSerial, partyOf, text } from '../../made-up.ts';

export const alice = member('alice', 5_001);
export const bob = member('bob', 5_002);
export const carol = member('carol', 5_003);
export const stranger = member('zoe', 5_999);

/** The three as peers of the page: `peer-1`, `peer-2`, `peer-3`. */
export const peers: readonly RoomPeer[] = [alice, bob, carol].map((of, index) => ({
  id: `peer-${index + 1}`,
  key: memberKeyOf(of.hid),
  name: of.user,
  address: `${of.ip}:${of.port}`,
  isGone: false,
}));

const LINKS: Readonly<Record<string, string>> = { out: 'forward-1', in: 'backward-1' };

/** What one peer tells of a frame. */
export function told(
  peer: string,
  direction: 'in' | 'out',
  other: Member,
  frame: Frame,
  rest: Partial<ConsoleFrame> = {},
): ConsoleFrame {
  return consoleFrame(frame, partyOf(other), { peer, direction, via: LINKS[direction] ?? '', ...rest });
}

/** The address where a member listens. */
export function addressOf({ ip, port }: Member): string {
  return `${ip}:${port}`;
}

/** The room server's address. */
export const SERVER = '10.0.0.9:32340';

/** A frame over one link, as both of its ends tell of it. */
export function over(from: RoomPeer, to: RoomPeer, frame: Frame, sentMs: number, tookMs: number) {
  const memberOf = (peer: RoomPeer) => [alice, bob, carol].find(({ user }) => user === peer.name) ?? alice;
  return [
    told(from.id, 'out', memberOf(to), frame, { atMs: sentMs, via: `forward-${to.id}` }),
    told(to.id, 'in', memberOf(from), frame, { atMs: sentMs + tookMs, via: `backward-${from.id}` }),
  ] as const;
}

/** A message that goes round a triangle: two members have it from alice, and once more from each other. */
export function triangle(): readonly ConsoleFrame[] {
  const [a, b, c] = peers as readonly [RoomPeer, RoomPeer, RoomPeer];
  const said = text(alice, 1, 'hello');
  return [...over(a, b, said, 100, 3), ...over(a, c, said, 100, 40), ...over(b, c, said, 104, 50)];
}

/** What a peer tells of one of its connections. */
export function connection(
  peer: string,
  what: ConsoleConnection['what'],
  remote: string,
  rest: Partial<ConsoleConnection> = {},
): ConsoleHappening {
  const serial = nextSerial();
  const told = { what, by: null, local: `of ${peer}`, remote, reason: null, ...rest };
  const stamp = { serial, causedBy: null, peer, atMs: serial };
  return { ...stamp, kind: 'connection', words: what, connection: told };
}
