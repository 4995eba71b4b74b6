/** Cases of section 2.1: the states of Figure 3, and what each command does there. */
import { END_MARK } from '../../protocol/frames.ts';
import { quoted } from '../../words/quoted.ts';
import type { CaseWords } from '../case.ts';
import { CheckFailure } from '../failure.ts';
import { type PeerStage, ROOM } from '../stage/peer-stage.ts';
import { expectMessage, expectTold } from '../stage/shown.ts';
import { caller, named } from './links.ts';

/** See above. */
export const STATES: readonly CaseWords<PeerStage>[] = [
  {
    title: 'START: List works without a name',
    contract: 'List: at any time, also in START; connects to the room server if needed.',
    lookFor: 'a check for the name in [List], or a connection that only [Join] opens',
    mark: 'List',
    run: async (stage) => {
      stage.start().press('list');
      await stage.request('LIST');
    },
  },
  {
    title: 'Send before Join is refused',
    contract: 'Send: not joined: an error; nothing goes over the wire.',
    lookFor: 'a check of the state in [Send]',
    run: async (stage) => {
      const { program, mark } = await named(stage);
      program.press('send', 'too early');
      await expectTold(stage, mark, 'a message can be sent in a room only');
      program.press('list');
      await stage.request('LIST', 1);
      if (stage.server.requests.length !== 2)
        throw new CheckFailure(
          `Besides two L the room server got ${stage.server.requests.map(({ frame }) => quoted(frame.bytes)).join(', ')}.`,
        );
    },
  },
  {
    title: 'JOINED without a link: Send shows the message here',
    contract: 'JOINED without a link: shown locally (Figure 3).',
    lookFor: '[Send] that wants a link before it shows anything',
    level: 'should',
    run: async (stage) => {
      await stage.join();
      const mark = stage.program.mark;
      stage.program.press('send', 'to myself');
      await expectMessage(stage, mark, ['to myself']);
    },
  },
  {
    title: 'a backward link alone makes it CONNECTED',
    contract: 'One link of either direction makes a peer CONNECTED: Send goes over it.',
    lookFor: '[Send] that looks for a forward link only',
    run: async (stage) => {
      const bob = await caller(stage);
      const link = await stage.backward(bob);
      stage.program.press('send', 'backwards');
      await stage.text(link, 'backwards', 'over its link to the program');
    },
  },
  {
    title: 'the last link lost, and another one: messages go on',
    contract: 'Losing the last link takes a peer back to JOINED; the next link makes it CONNECTED again.',
    lookFor: 'what happens when recv() returns nothing: the link is forgotten, the program goes on',
    run: async (stage) => {
      const bob = await caller(stage);
      const first = await stage.backward(bob);
      first.close();
      const second = await stage.backward(bob);
      const mark = stage.program.mark;
      second.send(bob.text(ROOM, 1, 'back again'));
      await expectMessage(stage, mark, ['back again']);
      stage.program.press('send', 'welcome back');
      await stage.text(second, 'welcome back', 'over its second link');
    },
  },
  {
    title: 'JOINED without a link: Poke works',
    contract: 'JOINED: [Poke] is possible before the first link.',
    lookFor: '[Poke] that wants CONNECTED',
    run: async (stage) => {
      const bob = await stage.castOne();
      bob.onFrame = (_frame, link) => link.close();
      await stage.join();
      stage.program.press('poke', bob.user);
      await stage.datagram(bob, 'POKE', 'after [Poke]');
    },
  },
  {
    title: 'F for an answer to List leaves it as it was',
    contract: 'List shows the rooms, or the error of the server; it can be pressed again.',
    lookFor: 'an answer to L that does not begin with G',
    run: async (stage) => {
      const program = stage.start();
      stage.server.answer = (request) =>
        stage.server.requests.length === 1
          ? `F:LIST message - busy${END_MARK}`
          : stage.server.usualAnswer(request);
      const mark = await stage.settled();
      program.press('list');
      await stage.request('LIST');
      await expectTold(stage, mark, 'the room server has refused');
      program.press('list');
      await stage.request('LIST', 1);
    },
  },
];
