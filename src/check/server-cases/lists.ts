/** Cases about a room server: its lists of members and rooms (sections 1, 3.1 and 3.2). */

import { valueIn } from '../../protocol/dissect/strict-frame.ts';
import { LOOPBACK, NAME_MAX_CHARACTERS } from '../../protocol/names.ts';
import { quoted } from '../../words/quoted.ts';
import type { CaseWords } from '../case.ts';
import { CheckFailure } from '../failure.ts';
import { judge } from '../stage/judged.ts';
import { membersText } from '../stage/room-server-part.ts';
import type { ServerStage } from '../stage/server-stage.ts';

const MANY = 60;
const LONG_REQUEST = 1_200;

/** Members on the loopback, as a list has them. */
function list(...members: readonly (readonly [user: string, port: number])[]): string {
  return membersText(members.map(([user, port]) => ({ user, ip: LOOPBACK, port })));
}

/** Section 1. */
export const FRAMES: readonly CaseWords<ServerStage>[] = [
  {
    title: 'G without rooms is five bytes',
    contract: 'GROUPS without rooms is "G::\\r\\n".',
    lookFor: 'the answer to L while nobody has joined',
    run: async (stage) => {
      void stage.program;
      await stage.exactly(await stage.client('alice'), 'L::\r\n', 'G::\r\n');
    },
  },
  {
    title: 'G has the names of the rooms',
    contract: 'GROUPS is "G:room1:room2::\\r\\n".',
    lookFor: 'the answer to L: a colon in front of each name, the end mark behind the last',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      const frame = await stage.ask(alice, 'L::\r\n');
      judge(frame, {}, 'The server');
      if (!frame.bytes.includes(`:${stage.room}:`))
        throw new CheckFailure(`The room ${stage.room} is not in ${quoted(frame.bytes)}.`, { frame });
    },
  },
  {
    title: 'M has the MSID and each member',
    contract:
      'MEMBERS is "M:MSID:userA:ipA:portA:…::\\r\\n", MSID = sdbm over "user:ip:port:" of each member.',
    lookFor: 'the hash of the list: every member with its trailing colon, 64 bits, unsigned, in decimal',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.exactly(alice, stage.join('alice', 5001), list(['alice', 5001]));
    },
  },
  {
    title: 'names of 32 characters are kept whole',
    contract: 'A user or a room is one word of 1 to 32 printable ASCII characters.',
    lookFor: 'buffers of 32 bytes that have no place for the end of the string',
    level: 'should',
    run: async (stage) => {
      const user = 'u'.repeat(NAME_MAX_CHARACTERS);
      const room = stage.room.padEnd(NAME_MAX_CHARACTERS, 'r');
      const alice = await stage.client('alice');
      await stage.exactly(alice, stage.join(user, 5001, room), list([user, 5001]));
    },
  },
];

/** Section 3.1. */
export const READING: readonly CaseWords<ServerStage>[] = [
  {
    title: 'a request in two pieces is one request',
    contract: 'Split requests are reassembled.',
    lookFor: 'recv() taken for a whole request',
    level: 'should',
    run: async (stage) => {
      const alice = await stage.client('alice');
      const join = stage.join('alice', 5001);
      alice.send(join.slice(0, 9));
      await new Promise((resolve) => setTimeout(resolve, 30));
      await stage.exactly(alice, join.slice(9), list(['alice', 5001]));
    },
  },
  {
    title: 'two requests in one segment are both answered',
    contract: 'Coalesced requests are each answered, in order.',
    lookFor: 'what is left in the buffer behind the first end mark',
    level: 'should',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.exactly(alice, `${stage.join('alice', 5001)}L::\r\n`, list(['alice', 5001]));
      const second = await stage.answer(alice, 'to the second request of one segment');
      if (second.kind !== 'GROUPS')
        throw new CheckFailure(`L behind a J was answered by ${quoted(second.bytes)}.`, { frame: second });
    },
  },
  {
    title: 'a request of 1,200 bytes without an end mark is refused',
    contract:
      'Over 1,024 bytes without an end mark: F:Unknown message - Unknown request!!, and the connection is closed.',
    lookFor: 'a buffer that grows without a bound',
    level: 'should',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.exactly(alice, 'x'.repeat(LONG_REQUEST), 'F:Unknown message - Unknown request!!::\r\n');
      if (!(await stage.tape.until(() => alice.ended, stage.patienceMs)))
        throw new CheckFailure('The connection is still open.');
    },
  },
  {
    title: 'a list of 60 members is one list',
    contract: 'Rooms of 10,000 members; M grows with the room.',
    lookFor: 'a buffer of 1,024 bytes for the answer',
    level: 'should',
    run: async (stage) => {
      const members: [string, number][] = [];
      for (let at = 0; at < MANY; at += 1) {
        const client = await stage.client(`member${at}`);
        members.unshift([`member${at}`, 6_000 + at]);
        await stage.exactly(client, stage.join(`member${at}`, 6_000 + at), list(...members));
      }
    },
  },
];

/** Section 3.2, lists. */
export const LISTS: readonly CaseWords<ServerStage>[] = [
  {
    title: 'members are listed newest first',
    contract: 'Members are listed newest first.',
    lookFor: 'where a new member is put into the list',
    run: async (stage) => {
      const [alice, bob] = [await stage.client('alice'), await stage.client('bob')];
      await stage.ask(alice, stage.join('alice', 5001));
      await stage.exactly(bob, stage.join('bob', 5002), list(['bob', 5002], ['alice', 5001]));
    },
  },
  {
    title: 'a refresh reorders nothing',
    contract: 'A refresh reorders nothing; HID known → timestamp renewed.',
    lookFor: 'a J of a member that is there already',
    run: async (stage) => {
      const [alice, bob] = [await stage.client('alice'), await stage.client('bob')];
      await stage.ask(alice, stage.join('alice', 5001));
      await stage.ask(bob, stage.join('bob', 5002));
      await stage.exactly(alice, stage.join('alice', 5001), list(['bob', 5002], ['alice', 5001]));
    },
  },
  {
    title: 'rooms are listed newest first',
    contract: 'Rooms are listed newest first.',
    lookFor: 'where a new room is put into the list',
    run: async (stage) => {
      const names = ['a', 'b', 'c'].map((letter) => `${stage.room}${letter}`);
      for (const [at, name] of names.entries())
        await stage.ask(await stage.client(`u${at}`), stage.join(`u${at}`, 5001 + at, name));
      const frame = await stage.ask(await stage.client('looker'), 'L::\r\n');
      const rooms = frame.fields.map(({ value }) => value).filter((name) => names.includes(name));
      if (rooms.join() !== names.toReversed().join())
        throw new CheckFailure(`The rooms come as ${rooms.join(', ')}, not newest first.`, { frame });
    },
  },
  {
    title: 'the MSID changes when the list does',
    contract: 'MSID tells whether anything changed.',
    lookFor: 'a hash that is made once, or of something else than the list',
    run: async (stage) => {
      const [alice, bob] = [await stage.client('alice'), await stage.client('bob')];
      const first = await stage.ask(alice, stage.join('alice', 5001));
      const same = await stage.ask(alice, stage.join('alice', 5001));
      await stage.ask(bob, stage.join('bob', 5002));
      const other = await stage.ask(alice, stage.join('alice', 5001));
      const [one, two, three] = [first, same, other].map((frame) => valueIn(frame, 'MSID'));
      if (one !== two)
        throw new CheckFailure(`The list is the same, and the MSID went from ${one} to ${two}.`);
      if (two === three) throw new CheckFailure(`The list has changed, and the MSID is still ${two}.`);
    },
  },
  {
    title: 'the same name at another port is another member',
    contract: 'A member is known by its HID: user, ip and port together.',
    lookFor: 'members that are told apart by their names alone',
    run: async (stage) => {
      const [one, two] = [await stage.client('alice-5001'), await stage.client('alice-5002')];
      await stage.ask(one, stage.join('alice', 5001));
      await stage.exactly(two, stage.join('alice', 5002), list(['alice', 5002], ['alice', 5001]));
    },
  },
  {
    title: 'names differ by case',
    contract: 'Rooms and users are compared byte by byte.',
    lookFor: 'strcasecmp(), lower()',
    run: async (stage) => {
      const [one, two] = [await stage.client('alice'), await stage.client('ALICE')];
      await stage.ask(one, stage.join('alice', 5001));
      await stage.exactly(two, stage.join('ALICE', 5002, `${stage.room}X`), list(['ALICE', 5002]));
      await stage.exactly(one, stage.join('alice', 5001), list(['alice', 5001]));
    },
  },
  {
    title: 'the end of a connection removes its member at once',
    contract: 'Close of a connection (FIN) removes its member at once.',
    lookFor: 'recv() that returns 0',
    run: async (stage) => leaves(stage, (link) => link.close()),
  },
  {
    title: 'a reset connection removes its member at once',
    contract: 'Close of a connection (RST) removes its member at once.',
    lookFor: 'recv() that returns an error',
    run: async (stage) => leaves(stage, (link) => link.reset()),
  },
  {
    title: 'an emptied room can be joined again',
    contract: 'The emptied room stays until the next wake of the monitor and can be joined again until then.',
    lookFor: 'what is done with a room without members',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      alice.close();
      await stage.tape.until(() => alice.ended, stage.patienceMs);
      const bob = await stage.client('bob');
      await listOnce(stage, bob, stage.join('bob', 5002), list(['bob', 5002]));
    },
  },
];

/** Asks until the answer is this one: what another connection has done may be noticed a moment later. */
async function listOnce(
  stage: ServerStage,
  link: Awaited<ReturnType<ServerStage['client']>>,
  join: string,
  wanted: string,
): Promise<void> {
  const startedMs = stage.tape.nowMs;
  for (;;) {
    const frame = await stage.ask(link, join);
    if (frame.bytes.toString('latin1') === wanted) return;
    if (stage.tape.nowMs - startedMs > stage.patienceMs())
      throw new CheckFailure(`The list is still ${quoted(frame.bytes)}; it should be ${quoted(wanted)}.`, {
        frame,
      });
    await stage.pass(30);
  }
}

async function leaves(
  stage: ServerStage,
  leave: (link: Awaited<ReturnType<ServerStage['client']>>) => void,
): Promise<void> {
  const [alice, bob] = [await stage.client('alice'), await stage.client('bob')];
  await stage.ask(alice, stage.join('alice', 5001));
  await stage.ask(bob, stage.join('bob', 5002));
  leave(alice);
  await listOnce(stage, bob, stage.join('bob', 5002), list(['bob', 5002]));
}
