import { describe, expect, it } from 'vitest';
import type { ConsoleFrame, Party } from '../../../../src/console/feed/messages.ts';
import {
  chooseLifelines,
  columnFinder,
  type Standpoint,
} from '../../../../src/console/page/views/sequence/diagram/lifelines.ts';
import { encountersOf } from '../../../../src/console/page/views/sequence/diagram/parties.ts';
import type { Member } from '../../../../src/overlay/member.ts';
import { compareHashIds } from '../../../../src/protocol/hash-id.ts';
import { consoleFrame, listed, member, partyOf, ROOM_SERVER } from '../made-up.ts';

const ring = Array.from({ length: 40 }, (_, index) => member(`user${index}`, 5_000 + index)).sort(
  (left, right) => compareHashIds(left.hid, right.hid),
);
const at = (index: number): Member => ring[index] as Member;
const self = at(5);
const stranger: Party = { kind: 'address', address: '127.0.0.1:40001' };

function standpoint(members: Standpoint['members'] = ring.map((one) => listed(one))): Standpoint {
  return { self, label: 'peer 1', isRunning: true, members };
}

function ok(party: Party, rest: Partial<ConsoleFrame> = {}): ConsoleFrame {
  return consoleFrame({ kind: 'HANDSHAKE OK', msgId: 0 }, party, rest);
}

function hello(party: Party, via: string): ConsoleFrame {
  return consoleFrame({ kind: 'HANDSHAKE', room: 'tea', ...at(7), msgId: 0 }, party, {
    via,
    direction: 'in',
  });
}

function names(frames: readonly ConsoleFrame[], place = standpoint(), max = 30): readonly string[] {
  return chooseLifelines(encountersOf(frames), place, max).map((line) => line.name);
}

describe('chooseLifelines', () => {
  it('has the room server and this peer before anything happened', () => {
    expect(names([], { self: null, label: 'peer 1', isRunning: true, members: [] })).toEqual([
      'room server',
      'peer 1',
    ]);
  });

  it('orders members on the ring behind this peer, whatever the order of frames, strangers last', () => {
    const frames = [at(3), at(9), at(6)].map((one) => ok(partyOf(one), { via: `backward-${one.port}` }));
    const expected = ['room server', self.user, at(6).user, at(9).user, at(3).user, '127.0.0.1:40001'];
    expect(names([...frames, ok(stranger, { via: 'backward-9' })])).toEqual(expected);
    expect(names([ok(stranger, { via: 'backward-9' }), ...frames.reverse()])).toEqual(expected);
  });

  it('gives a linked member a lifeline before its first frame, and others none', () => {
    const members = ring.map((one) => listed(one, one === at(8) ? ['backward'] : []));
    expect(names([], standpoint(members))).toEqual(['room server', self.user, at(8).user]);
  });

  it('greys a member that has left the room, but nobody before the first list', () => {
    const frames = [ok(partyOf(at(6)), { via: 'a' }), ok(partyOf(at(7)), { via: 'b' })];
    const members = ring.filter((one) => one !== at(6)).map((one) => listed(one));
    const gone = (place: Standpoint) =>
      chooseLifelines(encountersOf(frames), place, 30)
        .filter((line) => line.isGone)
        .map((line) => line.name);
    expect(gone(standpoint(members))).toEqual([at(6).user]);
    expect(gone(standpoint([]))).toEqual([]);
  });

  it('gathers what is beyond the bound, the linked and the talkative last', () => {
    const frames = ring
      .slice(6)
      .flatMap((one, index) =>
        Array.from({ length: index === 20 ? 3 : 1 }, () => ok(partyOf(one), { via: `backward-${index}` })),
      );
    const linked = at(39);
    const members = ring.map((one) => listed(one, one === linked ? ['forward'] : []));
    const lines = chooseLifelines(encountersOf(frames), standpoint(members), 6);
    expect(lines).toHaveLength(6);
    expect(lines.map((line) => line.name)).toEqual(
      expect.arrayContaining([linked.user, at(26).user, 'others']),
    );
    expect(lines.at(-1)).toMatchObject({ kind: 'others', note: '31 more' });
    const column = columnFinder(lines);
    expect(column(`member ${at(10).hid}`)).toBe(5);
    expect(column('room server')).toBe(0);
  });

  it('fills its bound exactly without gathering', () => {
    const frames = ring.slice(6, 10).map((one) => ok(partyOf(one), { via: one.user }));
    expect(names(frames, standpoint(), 6)).not.toContain('others');
    expect(names(frames, standpoint(), 6)).toHaveLength(6);
  });
});

describe('encountersOf', () => {
  it('counts the frames of a link from its first on for the member that it turned out to be', () => {
    const frames = [hello(stranger, 'backward-1'), ok(partyOf(at(7)), { via: 'backward-1' })];
    const { keys, byKey } = encountersOf(frames);
    expect(keys).toEqual([`member ${at(7).hid}`, `member ${at(7).hid}`]);
    expect([...byKey.values()]).toEqual([
      { key: `member ${at(7).hid}`, party: partyOf(at(7)), frames: 2, firstAt: 0 },
    ]);
  });

  it('does not take the stranger of an earlier incarnation for the member that bears the name now', () => {
    const frames = [
      ok(stranger, { via: 'backward-1' }),
      hello({ kind: 'address', address: '127.0.0.1:40002' }, 'backward-1'),
      ok(partyOf(at(7)), { via: 'backward-1' }),
    ];
    expect(encountersOf(frames).keys).toEqual([
      'address 127.0.0.1:40001',
      `member ${at(7).hid}`,
      `member ${at(7).hid}`,
    ]);
  });

  it('keeps datagrams of strangers apart, and the room server', () => {
    const poke = consoleFrame({ kind: 'POKE', room: 'tea', user: 'x' }, stranger, { via: 'datagram' });
    const ack = consoleFrame({ kind: 'ACK' }, partyOf(at(7)), { via: 'datagram' });
    const list = consoleFrame({ kind: 'LIST' }, ROOM_SERVER);
    expect(encountersOf([poke, ack, list]).keys).toEqual([
      'address 127.0.0.1:40001',
      `member ${at(7).hid}`,
      'room server',
    ]);
  });
});
