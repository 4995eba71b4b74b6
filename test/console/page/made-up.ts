/** Made-up frames, members and peers for the tests of the page's pure logic. */

import type { ConsoleFrame, Party } from '../../../src/console/feed/messages.ts';
import { type Member, toMember } from '../../../src/overlay/member.ts';
import type { PeerStatus } from '../../../src/peer/peer-api.ts';
import { encode } from '../../../src/protocol/encode.ts';
import type { Frame } from '../../../src/protocol/frames.ts';

/** A member at a loopback port. */
export function member(user: string, port: number): Member {
  return toMember({ user, ip: '127.0.0.1', port });
}

/** The same as an entry of a member list. */
export function listed(
  of: Member,
  links: PeerStatus['members'][number]['links'] = [],
): PeerStatus['members'][number] {
  return { ...of, isSelf: false, links };
}

/** The party that a member is. */
export function partyOf({ hid, user }: Member): Party {
  return { kind: 'member', hid, user };
}

export const ROOM_SERVER: Party = { kind: 'room server' };

let serial = 0;

/** Serials of the made-up, which rise with each. */
export function nextSerial(): number {
  serial += 1;
  return serial;
}

/** A frame as the console's server would tell it. */
export function consoleFrame(
  frame: Frame,
  party: Party,
  rest: Partial<Omit<ConsoleFrame, 'kind' | 'bytes' | 'size' | 'party'>> = {},
): ConsoleFrame {
  const bytes = encode(frame);
  nextSerial();
  return {
    serial,
    causedBy: null,
    peer: 'peer-1',
    atMs: 1_000 + serial,
    direction: 'out',
    party,
    via: party.kind === 'room server' ? 'room server' : 'forward-1',
    kind: frame.kind,
    bytes: bytes.toString('base64'),
    size: bytes.length,
    message: frame.kind === 'TEXT' ? { originHid: frame.originHid, msgId: frame.msgId } : null,
    ...rest,
  };
}

/** A TEXT of a member. */
export function text(origin: Member, msgId: number, content: string | Uint8Array): Frame {
  return {
    kind: 'TEXT',
    room: 'tea',
    originHid: origin.hid,
    originUser: origin.user,
    msgId,
    content: typeof content === 'string' ? new TextEncoder().encode(content) : content,
  };
}
