/** Goal: each frame of a room is drawn once, between who sent it and who got it, in the order it happened. */
import { describe, expect, test } from 'vitest';
import type { ConsoleFrame, ConsoleHappening } from '../../../../../src/console/feed/messages.ts';
import type { Step } from '../../../../../src/console/page/inspection/actor.ts';
import { asksForEvents } from '../../../../../src/console/page/views/search/search.ts';
import {
  layoutRoom,
  rowsBetween,
} from '../../../../../src/console/page/views/sequence/room/drawing/room-layout.ts';
import { type RoomPeer, roomFrames } from '../../../../../src/console/page/views/sequence/room/passages.ts';
import { roomLifelines } from '../../../../../src/console/page/views/sequence/room/room-lifelines.ts';
import {
  connectionMarks,
  eventMarks,
} from '../../../../../src/console/page/views/sequence/room/room-marks.ts';
import {
  filterRows,
  foldRows,
  type RoomRow,
  roomRows,
} from '../../../../../src/console/page/views/sequence/room/room-rows.ts';
import {
  isWholeRoom,
  selectedOrder,
  selectionOf,
  WHOLE_ROOM,
} from '../../../../../src/console/page/views/sequence/room/room-selection.ts';
import { consoleFrame, member, nextSerial, ROOM_SERVER, text } from '../../made-up.ts';
import {
  addressOf,
  alice,
  bob,
  carol,
  connection,
  over,
  peers,
  SERVER,
  stranger,
  told,
  triangle,
} from './made-up-room.ts';

const SHOW_ALL = { hiddenKinds: new Set<never>(), party: null, search: '' };

function passagesOf(frames: readonly ConsoleFrame[]) {
  return roomFrames(frames, peers).passages;
}

function rowsOf(frames: readonly ConsoleFrame[], happenings: readonly ConsoleHappening[] = []) {
  return roomRows(roomFrames(frames, peers), connectionMarks(happenings, peers, SERVER));
}

function words(rows: readonly RoomRow[]): readonly string[] {
  return rows.map((row) =>
    row.type === 'mark'
      ? `${row.peer.name} ${row.word}`
      : `${row.passage.fromName} ${row.passage.toName} ${row.kind}`,
  );
}

describe('passages', () => {
  test('a frame that both ends tell of is there once, with the time that it was under way', () => {
    const passages = passagesOf(triangle());
    expect(passages.map(({ fromName, toName }) => `${fromName} ${toName}`)).toEqual([
      'alice bob',
      'alice carol',
      'bob carol',
    ]);
    const took = passages.map(({ sent, received }) => (received?.atMs ?? 0) - (sent?.atMs ?? 0));
    expect(took).toEqual([3, 40, 50]);
    expect(passages.every(({ isMissing }) => !isMissing)).toBe(true);
  });

  test('what came a second time is a duplicate, and nothing else is', () => {
    expect(passagesOf(triangle()).map(({ isDuplicate }) => isDuplicate)).toEqual([false, false, true]);
  });

  test('what its receiver has not told of is missing; what goes elsewhere is not', () => {
    const passages = passagesOf([
      told('peer-1', 'out', bob, text(alice, 1, 'x')),
      told('peer-1', 'out', stranger, text(alice, 1, 'x')),
      consoleFrame({ kind: 'LIST' }, ROOM_SERVER),
    ]);
    expect(passages.map(({ isMissing }) => isMissing)).toEqual([true, false, false]);
  });

  test('told of in the wrong order, it is still received after it was sent', () => {
    const [sent, received] = over(peers[0] as RoomPeer, peers[1] as RoomPeer, text(alice, 1, 'x'), 100, 3);
    const [passage] = passagesOf([
      { ...received, serial: 900 },
      { ...sent, serial: 901 },
    ]);
    expect(passage?.sent?.order).toBe(901);
    expect(passage?.received?.order).toBeGreaterThan(901);
    expect(passage?.frame.direction).toBe('out');
  });

  test('a member is found by its address before its handshake has said its name', () => {
    const frame = consoleFrame({ kind: 'ACK' }, { kind: 'address', address: `${carol.ip}:${carol.port}` });
    expect(passagesOf([frame])[0]?.toName).toBe('carol');
  });

  test('every frame belongs to one passage', () => {
    const frames = [...triangle(), told('peer-3', 'in', stranger, text(stranger, 1, 'x'))];
    const ends = passagesOf(frames).reduce(
      (sum, { sent, received }) => sum + (sent ? 1 : 0) + (received ? 1 : 0),
      0,
    );
    expect(ends).toBe(frames.length);
  });
});

describe('lifelines', () => {
  test('every peer of the page has one, and others share one where there is no more room', () => {
    const strangers = [6_001, 6_002, 6_003].map((port) => member(`stranger${port}`, port));
    const frames = strangers.map((each) => told('peer-1', 'out', each, text(alice, 1, 'x')));
    const { others } = roomFrames(frames, peers);
    expect(roomLifelines(peers, others, 10).map(({ name }) => name)).toEqual([
      'room server',
      ...['alice', 'bob', 'carol'],
      ...strangers.map(({ user }) => user),
    ]);
    expect(roomLifelines(peers, others, 6).map(({ name }) => name)).toEqual([
      'room server',
      ...['alice', 'bob', 'carol'],
      'stranger6001',
      'others',
    ]);
    expect(roomLifelines(peers, others, 1)).toHaveLength(1 + peers.length + 1);
  });
});

describe('rows', () => {
  /** Bob has accepted a connection of alice's, which is reset after a message. */
  function withReset() {
    const from = '10.0.0.1:40001';
    const opened = connection('peer-1', 'opened', addressOf(bob), { local: from });
    const accepted = connection('peer-2', 'accepted', from);
    const frames = triangle();
    const reset = connection('peer-2', 'reset', from, { by: 'there' });
    return rowsOf(frames, [opened, accepted, reset]);
  }

  test('what became of connections stands among the frames, named by who is at the other end', () => {
    const marks = withReset().flatMap((row) =>
      row.type === 'mark' ? `${row.peer.name} ${row.word} ${row.text}` : [],
    );
    expect(marks).toEqual(['alice OPEN to bob', 'bob OPEN from alice', 'bob RST by alice']);
    expect(words(withReset())).toEqual([
      'alice OPEN',
      'bob OPEN',
      'alice bob TEXT',
      'alice carol TEXT',
      'bob carol TEXT',
      'bob RST',
    ]);
  });

  test.each([
    ['refused', { by: 'there' }, 'REFUSED by carol'],
    ['failed', { reason: 'no answer' }, 'FAILED to carol: no answer'],
    ['closed', { by: 'here' }, 'CLOSED to carol'],
    ['closed', { by: 'there' }, 'CLOSED by carol'],
    ['reset', { by: 'here' }, 'RST to carol'],
    ['broken', { reason: 'it is silent' }, 'BROKEN to carol: it is silent'],
  ] as const)('%s, %o', (what, rest, said) => {
    const rows = rowsOf([], [connection('peer-1', what, addressOf(carol), rest)]);
    expect(rows.map((row) => (row.type === 'mark' ? `${row.word} ${row.text}` : ''))).toEqual([said]);
  });

  test('dialling and hanging up are no marks of their own; the room server is called so', () => {
    const all = ['opening', 'ending', 'opened'] as const;
    const rows = rowsOf(
      [],
      all.map((what) => connection('peer-1', what, SERVER)),
    );
    expect(rows.map((row) => (row.type === 'mark' ? row.text : ''))).toEqual(['to room server']);
  });

  test('events of machines stand there when they are asked for, found by event and by what they change', () => {
    const detail = () => ({
      ...{ taken: [], context: '', payload: '{"type":"POKE","name":"zoe"}' },
      changes: [{ path: 'room', before: null, after: '"tea"' }],
    });
    const step: Step = {
      ...{
        serial: nextSerial(),
        causedBy: null,
        atMs: 1,
        kind: 'event',
        peer: 'peer-3',
        session: '1',
        actor: 'user',
      },
      ...{ event: 'POKE', sender: '', from: 'A', to: 'B', detail },
    };
    const rows = roomRows(roomFrames(triangle(), peers), eventMarks([step], peers));
    const found = (search: string) => words(filterRows(rows, { ...SHOW_ALL, search }));
    for (const search of [
      'event:zoe',
      'context:tea',
      'kind:EVENT',
      'zoe',
      'link:user',
      'peer:carol -kind:TEXT',
    ])
      expect(found(search)).toEqual(['carol POKE']);
    expect(found('event:tea')).toEqual([]);
    expect(['event:zoe', '"x" context:tea', 'kind:event'].map(asksForEvents)).toEqual([true, true, true]);
    expect(['zoe', '-event:zoe', 'kind:TEXT', 'text:event'].map(asksForEvents)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('orders rise from row to row', () => {
    const orders = withReset().map(({ order }) => order);
    expect(orders).toEqual([...new Set(orders)].sort((one, other) => one - other));
  });

  test.each([
    ['kind:TEXT peer:bob', ['alice bob TEXT', 'bob carol TEXT']],
    ['link:backward-peer-1 -peer:carol', ['alice bob TEXT']],
    ['kind:CONNECTION', ['alice OPEN', 'bob OPEN', 'bob RST']],
    ['text:rst', ['bob RST']],
    ['rst peer:alice', ['bob RST']],
    [`message:${alice.hid}#1 peer:alice`, ['alice bob TEXT', 'alice carol TEXT']],
    ['nothing of this kind', []],
  ])('the search field finds %s', (search, found) => {
    expect(words(filterRows(withReset(), { ...SHOW_ALL, search }))).toEqual(found);
  });

  test('a lifeline and a kind can be chosen', () => {
    const rows = withReset();
    const party = peers[2]?.key ?? '';
    expect(words(filterRows(rows, { ...SHOW_ALL, party }))).toEqual(['alice carol TEXT', 'bob carol TEXT']);
    expect(filterRows(rows, { ...SHOW_ALL, hiddenKinds: new Set(['TEXT' as const]) })).toHaveLength(3);
  });

  test('KEEPALIVEs of a peer are one row, however many peers there are', () => {
    const list = { kind: 'MEMBERS', msid: '1', members: [alice] } as const;
    const rounds = Array.from({ length: 4 }, (_, round) =>
      peers.flatMap(({ id }) => [
        consoleFrame({ kind: 'JOIN', room: 'tea', ...alice }, ROOM_SERVER, {
          peer: id,
          atMs: round * 20_000,
        }),
        consoleFrame(list, ROOM_SERVER, { peer: id, direction: 'in', atMs: round * 20_000 + 2 }),
      ]),
    ).flat();
    const folded = foldRows(rowsOf(rounds));
    // The first JOIN and its answer of each peer are no KEEPALIVE.
    expect(folded).toHaveLength(2 * peers.length + peers.length);
    expect(folded.slice(-3).map((row) => (row.type === 'passage' ? row.keepalives : 0))).toEqual([3, 3, 3]);
  });
});

describe('the layout', () => {
  test('a frame falls the further the longer it was under way, and nothing rises', () => {
    const { placed, heightPx } = layoutRoom(rowsOf(triangle()));
    const falls = placed.map(({ fromY, toY }) => toY - fromY);
    expect(falls[0]).toBeGreaterThan(0);
    expect(falls[1]).toBeGreaterThan(falls[0] ?? 0);
    const tops = placed.map(({ fromY }) => fromY);
    expect(tops).toEqual([...tops].sort((one, other) => one - other));
    expect(heightPx).toBeGreaterThan(Math.max(...placed.map(({ toY }) => toY)));
  });

  test('of 10,000 frames of 50 peers only those in sight are drawn, and all of them', () => {
    const many = Array.from({ length: 50 }, (_, index) => member(`peer${index}`, 7_000 + index));
    const roomOf: readonly RoomPeer[] = many.map((each, index) => ({
      id: `p${index}`,
      key: `member ${each.hid}`,
      name: each.user,
      address: `${each.ip}:${each.port}`,
      isGone: false,
    }));
    const frames = Array.from({ length: 5_000 }, (_, index) => {
      const [from, to] = [index % 50, (index * 7 + 1) % 50];
      const [sender, receiver] = [many[from] ?? alice, many[to === from ? (to + 1) % 50 : to] ?? bob];
      const said = text(sender, index, 'x');
      const atMs = index * 3;
      const via = `link-${receiver.user}`;
      return [
        told(`p${from}`, 'out', receiver, said, { atMs, via }),
        told(`p${many.indexOf(receiver)}`, 'in', sender, said, {
          atMs: atMs + 2,
          via: `link-${sender.user}`,
        }),
      ];
    }).flat();
    expect(frames).toHaveLength(10_000);
    const rows = roomRows(roomFrames(frames, roomOf), []);
    expect(rows).toHaveLength(5_000);
    const layout = layoutRoom(rows);
    for (const top of [0, 40_000, layout.heightPx - 800]) {
      const drawn = rowsBetween(layout, top, top + 800);
      expect(drawn.length).toBeGreaterThan(10);
      expect(drawn.length).toBeLessThan(60);
      const inSight = layout.placed.filter(({ fromY, toY }) => toY >= top && fromY <= top + 800);
      expect(drawn).toEqual(expect.arrayContaining(inSight));
    }
  });

  test('a line that crosses the page is drawn although it begins far above', () => {
    const [a, b] = peers as readonly [RoomPeer, RoomPeer];
    const [sent, received] = over(a, b, text(alice, 1, 'slow'), 0, 900_000);
    const between = Array.from({ length: 200 }, (_, index) =>
      told('peer-3', 'out', stranger, text(carol, index, 'x'), { atMs: index * 1_000 + 1 }),
    );
    const layout = layoutRoom(rowsOf([sent, ...between, { ...received, serial: received.serial + 10_000 }]));
    const middle = layout.heightPx / 2;
    expect(rowsBetween(layout, middle, middle + 100)[0]?.row).toMatchObject({ kind: 'TEXT', atMs: 0 });
  });
});

test('the address names the whole room and a row of it', () => {
  for (const order of [1, 17]) {
    expect(isWholeRoom(selectionOf(order))).toBe(true);
    expect(selectedOrder(selectionOf(order))).toBe(order);
  }
  expect([isWholeRoom(WHOLE_ROOM), selectedOrder(WHOLE_ROOM)]).toEqual([true, null]);
  expect([isWholeRoom('17'), isWholeRoom(null), isWholeRoom('roomy'), selectedOrder('17')]).toEqual([
    false,
    false,
    false,
    null,
  ]);
});
