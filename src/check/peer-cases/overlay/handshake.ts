/** Cases of section 2.6: whom the program lets in. */

import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { type PeerStage, ROOM } from '../../stage/peer-stage.ts';
import { expectMessage, expectMessageCount } from '../../stage/shown.ts';
import type { WireLink } from '../../wire/wire-link.ts';
import { call, caller } from '../links.ts';

/** The connection has to be closed without an S. */
async function refused(stage: PeerStage, link: WireLink, who: string): Promise<void> {
  await stage.closed(link, `after the P of ${who}`);
  const [frame] = link.frames;
  if (frame) throw new CheckFailure(`${who} was answered with ${quoted(frame.bytes)}.`, { frame });
}

/** See above. */
export const HANDSHAKE: readonly CaseWords<PeerStage>[] = [
  {
    title: 'a member is answered with S',
    contract: 'Member known: answer S, the connection is a backward link.',
    lookFor: 'accept(), recv() of the P, the look into the member list, and the answer',
    mark: 'Normal',
    run: async (stage) => {
      const bob = await caller(stage);
      await stage.backward(bob);
    },
  },
  {
    title: 'five members are let in at the same time',
    contract: 'Any number of backward links.',
    lookFor: 'listen() with a short backlog, or accept() that waits for one handshake after the other',
    run: async (stage) => {
      const members = await stage.cast(6);
      await stage.join();
      const link = await stage.forwardLink(members);
      const others = members.filter(({ user }) => user !== link.owner);
      await Promise.all(others.map((member) => stage.backward(member)));
    },
  },
  {
    title: 'a silent connection keeps nobody else out',
    contract: 'The connecting side sends P; others are served meanwhile.',
    lookFor: 'recv() in the thread that accepts: whoever says nothing blocks everybody',
    run: async (stage) => {
      const bob = await caller(stage);
      await bob.dial(stage.port, stage.patienceMs);
      await stage.backward(bob);
    },
  },
  {
    title: 'P for another room is refused',
    contract: 'Wrong room: close, no S.',
    lookFor: 'a comparison of the room in P with the own one',
    run: async (stage) => {
      const { bob, link } = await call(stage);
      link.send(bob.handshake('elsewhere'));
      await refused(stage, link, `${bob.user} for the room elsewhere`);
    },
  },
  {
    title: 'an unknown member: J is sent again',
    contract: 'Member unknown: send J again, and decide on the fresh list.',
    lookFor: 'what is done with a P whose sender is not in the list',
    run: async (stage) => {
      await stage.join();
      const stranger = await stage.neighbour('stranger', { isListed: false });
      const link = await stranger.dial(stage.port, stage.patienceMs);
      link.send(stranger.handshake(ROOM));
      await stage.request('JOIN', 1);
    },
  },
  {
    title: 'an unknown member that the fresh list has is answered with S',
    contract: 'Unknown, and listed in the fresh list: answer S.',
    lookFor: 'the second look into the list, behind the answer to the J',
    mark: 'Normal',
    run: async (stage) => {
      await stage.join();
      await stage.backward(await stage.neighbour('newcomer'));
    },
  },
  {
    title: 'an unknown member that no list has is refused',
    contract: 'Unknown, and not listed in the fresh list: close, no S.',
    lookFor: 'S that is sent to whoever connects',
    run: async (stage) => {
      await stage.join();
      const stranger = await stage.neighbour('stranger', { isListed: false });
      const link = await stranger.dial(stage.port, stage.patienceMs);
      link.send(stranger.handshake(ROOM));
      await refused(stage, link, 'a stranger');
    },
  },
  {
    title: 'bytes that are no frame end nothing but their connection',
    contract: 'On any error no answer, the connection is closed.',
    lookFor: 'an exception behind split(), int() or decode() that ends the thread, or the program',
    run: async (stage) => {
      const bob = await caller(stage);
      for (const junk of ['hello\r\n', 'P:check::\r\n', '\xff\xfe::\r\n']) {
        const link = await bob.dial(stage.port, stage.patienceMs);
        link.send(junk);
        link.close();
      }
      await stage.backward(bob);
    },
  },
  {
    title: 'a connection that breaks in the middle of its P ends nothing else',
    contract: 'A connection that ends before its handshake is no link.',
    lookFor: 'an exception of recv() (ConnectionResetError)',
    run: async (stage) => {
      const { bob, link } = await call(stage);
      link.send('P:check:bo');
      await new Promise((resolve) => setImmediate(resolve));
      link.reset();
      await stage.backward(bob);
    },
  },
  {
    title: 'T over a connection without a handshake is not shown',
    contract: 'The handshake comes first.',
    lookFor: 'one loop for all frames of an accepted connection',
    level: 'should',
    run: async (stage) => {
      const bob = await caller(stage);
      const mark = stage.program.mark;
      const link = await bob.dial(stage.port, stage.patienceMs);
      link.send(bob.text(ROOM, 1, 'uninvited'));
      const good = await stage.backward(bob);
      good.send(bob.text(ROOM, 2, 'invited'));
      await expectMessage(stage, mark, ['invited']);
      await expectMessageCount(stage, mark, 'uninvited', 0);
    },
  },
];
