/** Cases of section 2.2: [User], [List] and [Join]. */

import { valueIn } from '../../../protocol/dissect/strict-frame.ts';
import { END_MARK } from '../../../protocol/frames.ts';
import { isName } from '../../../protocol/names.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { judgeFields } from '../../stage/judged.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { expectShown, expectTold } from '../../stage/shown.ts';

/** Presses List and waits for its L: all that was pressed before has been done by then. */
async function listed(stage: PeerStage): Promise<void> {
  const before = stage.server.of('LIST').length;
  stage.program.press('list');
  await stage.request('LIST', before);
}

/** No J may have come, except so many. */
function noFurtherJoin(stage: PeerStage, allowed: number, why: string): void {
  const join = stage.server.of('JOIN')[allowed];
  if (join) throw new CheckFailure(`${why}: ${quoted(join.frame.bytes)}.`, { frame: join.frame });
}

/** [User]. */
export const USER_BUTTON: readonly CaseWords<PeerStage>[] = [
  {
    title: 'User: an empty name is rejected',
    contract: 'User rejects an empty name, and says so.',
    lookFor: '[User] with nothing in the field: userentry.get() == ""',
    mark: 'User',
    run: async (stage) => {
      const program = stage.start();
      await listed(stage);
      const mark = await stage.settled();
      program.press('user', '');
      await expectTold(stage, mark, 'a name is wanted');
      program.press('join', ROOM);
      await listed(stage);
      noFurtherJoin(stage, 0, 'Without a name it has joined');
    },
  },
  {
    title: 'User: a name is registered',
    contract: 'User sets the name; it appears in J.',
    lookFor: '[User]: where the name is kept, and which name [Join] takes',
    mark: 'User',
    run: async (stage) => {
      const program = stage.start();
      program.press('user', 'ann');
      program.press('join', ROOM);
      judgeFields((await stage.request('JOIN')).frame, { user: 'ann' });
    },
  },
  {
    title: 'User: the name can be changed before Join',
    contract: 'User may be repeated until Join.',
    lookFor: '[User] that refuses a second name, or keeps the first',
    mark: 'User',
    run: async (stage) => {
      const program = stage.start();
      program.press('user', 'first');
      program.press('user', 'second');
      program.press('join', ROOM);
      judgeFields((await stage.request('JOIN')).frame, { user: 'second' });
    },
  },
  {
    title: 'User: a change after Join is rejected',
    contract: 'User is rejected after Join.',
    lookFor: '[User]: a check of the state before the name is set',
    mark: 'User',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      const mark = await stage.settled();
      stage.program.press('user', 'other');
      await expectTold(stage, mark, 'the name can not be changed any more');
      stage.program.press('send', 'who am I');
      const { frame } = await stage.text(link, 'who am I', 'after [User] and [Send]');
      judgeFields(frame, { originUser: USER });
    },
  },
  {
    title: 'User: a name with a colon is rejected',
    contract: 'User rejects a malformed name: one word of printable ASCII characters without ":".',
    lookFor: 'a check of the characters of the name: a ":" makes another frame of every J, P and T',
    level: 'should',
    run: async (stage) => {
      const program = stage.start();
      program.press('user', 'two:words');
      program.press('join', ROOM);
      await listed(stage);
      const frame = stage.server.of('JOIN')[0]?.frame;
      if (frame && (frame.faults.length > 0 || !isName(valueIn(frame, 'user'))))
        throw new CheckFailure(`It has joined with ${quoted(frame.bytes)}.`, { frame });
    },
  },
];

/** [List]. */
export const LIST_BUTTON: readonly CaseWords<PeerStage>[] = [
  {
    title: 'List: the rooms are shown',
    contract: 'List sends L and shows the rooms of the answer.',
    lookFor: 'how G is split: every field between the letter and the end mark is a room',
    mark: 'List',
    run: async (stage) => {
      stage.server.groups = `G:tea-room:coffee-room:quiet-room${END_MARK}`;
      const mark = stage.start().mark;
      stage.program.press('list');
      await stage.request('LIST');
      await expectShown(stage, mark, ['tea-room', 'coffee-room', 'quiet-room']);
    },
  },
  {
    title: 'List: that there are no rooms is told',
    contract: 'List shows that there are none: G::.',
    lookFor: 'an answer "G::" that shows nothing, or one empty name',
    mark: 'List',
    run: async (stage) => {
      const program = stage.start();
      program.press('list');
      await stage.request('LIST');
      const mark = await stage.settled();
      program.press('list');
      await stage.request('LIST', 1);
      await expectTold(stage, mark, 'there are no rooms');
    },
  },
  {
    title: 'List: in a room, over the same connection',
    contract: 'List at any time; the connection to the room server stays open from Join on.',
    lookFor: 'a new connect() for each request, or one that is closed behind the answer',
    mark: 'List',
    run: async (stage) => {
      await stage.join();
      // The second L shows whether the connection has outlived the answer to the first.
      for (const _ of ['L', 'L']) {
        await listed(stage);
        await stage.settled();
      }
      const open = stage.server.links.filter(({ ended }) => ended === undefined);
      const [joined] = stage.server.of('JOIN');
      if (open.length !== 1 || stage.server.of('LIST').some(({ link }) => link !== joined?.link))
        throw new CheckFailure(
          `The J came over one connection and the L over another: ${stage.server.links.length} were opened.`,
        );
    },
  },
];

/** [Join]. */
export const JOIN_BUTTON: readonly CaseWords<PeerStage>[] = [
  {
    title: 'Join: without a name it asks for one',
    contract: 'Join rejects when there is no name yet, and asks for it.',
    lookFor: '[Join]: a check for the name before J is sent',
    run: async (stage) => {
      const program = stage.start();
      await listed(stage);
      const mark = await stage.settled();
      program.press('join', ROOM);
      await expectTold(stage, mark, 'a name is wanted first');
      await listed(stage);
      noFurtherJoin(stage, 0, 'Without a name it has joined');
    },
  },
  {
    title: 'Join: without a room it is rejected',
    contract: 'Join rejects when no room is given.',
    lookFor: '[Join] with nothing in the field',
    run: async (stage) => {
      const program = stage.start();
      program.press('user', USER);
      await listed(stage);
      const mark = await stage.settled();
      program.press('join', '');
      await expectTold(stage, mark, 'a room is wanted');
      await listed(stage);
      noFurtherJoin(stage, 0, 'Without a room it has joined');
    },
  },
  {
    title: 'Join: a second room is rejected',
    contract: 'Join rejects when the program has already joined.',
    lookFor: '[Join]: a check of the state before J is sent',
    run: async (stage) => {
      await stage.join();
      const mark = await stage.settled();
      stage.program.press('join', 'elsewhere');
      await expectTold(stage, mark, 'it is in a room already');
      await listed(stage);
      const other = stage.server.of('JOIN').find(({ frame }) => valueIn(frame, 'room') !== ROOM);
      if (other) throw new CheckFailure(`It has joined another room: ${quoted(other.frame.bytes)}.`, other);
    },
  },
  {
    title: 'Join: a new room, and its only member is shown',
    contract: 'Join sends J, and shows the members of M: here the program alone.',
    lookFor: 'what is shown of M',
    mark: 'Room server',
    run: async (stage) => {
      const mark = stage.start().mark;
      stage.program.press('user', 'loner');
      stage.program.press('list');
      await stage.request('LIST');
      stage.program.press('join', ROOM);
      await stage.request('JOIN');
      await expectShown(stage, mark, ['loner', String(stage.port)]);
    },
  },
  {
    title: 'Join: the members of a room are shown',
    contract: 'Join shows the members: name, address and port.',
    lookFor: 'how M is split: user, ip and port of each member stand behind the MSID',
    mark: 'Room server',
    run: async (stage) => {
      const members = await stage.cast(3);
      const mark = stage.start().mark;
      stage.program.press('user', USER);
      stage.program.press('join', ROOM);
      await stage.request('JOIN');
      await expectShown(
        stage,
        mark,
        members.map(({ user }) => user),
      );
    },
  },
  {
    title: 'Join: F is told, and another room can be joined',
    contract: 'F is the answer to the request outstanding: the program has not joined.',
    lookFor: 'an answer to J that does not begin with M; the state after it',
    run: async (stage) => {
      stage.server.answer = (request) =>
        stage.server.of('JOIN').length === 1
          ? `F:JOIN message - not today!!${END_MARK}`
          : stage.server.usualAnswer(request);
      const program = stage.start();
      program.press('user', USER);
      const mark = await stage.settled();
      program.press('join', 'closed');
      await stage.request('JOIN');
      await expectTold(stage, mark, 'the room server has refused');
      program.press('join', ROOM);
      const { frame } = await stage.request('JOIN', 1);
      judgeFields(frame, { room: ROOM });
    },
  },
];
