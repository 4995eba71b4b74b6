/** Cases of section 2.2: [Poke], and being poked. */
import { CHECK_ACK_MS } from '../../../limits/check.ts';
import { END_MARK } from '../../../protocol/frames.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { expectMessage, expectShown, expectTold } from '../../stage/shown.ts';
import { linkedWithOne, named } from '../links.ts';

/** An answer that is told this early is no time-out. */
const TOO_EARLY_RATIO = 0.6;

/** No datagram may have come to a member. */
function noDatagram(stage: PeerStage, why: string): void {
  for (const member of stage.neighbours) {
    const got = member.datagrams.received[0];
    if (got)
      throw new CheckFailure(`${why}: ${member.user} got ${quoted(got.frame.bytes)}.`, { frame: got.frame });
  }
}

/** See above. */
export const POKE_BUTTON: readonly CaseWords<PeerStage>[] = [
  {
    title: 'Poke: before Join it is refused',
    contract: 'Poke: not joined: an error.',
    lookFor: '[Poke]: a check of the state',
    mark: 'Poke',
    run: async (stage) => {
      const [carol] = await stage.cast(1);
      const { program, mark } = await named(stage);
      program.press('poke', carol?.user ?? '');
      await expectTold(stage, mark, 'it is in no room');
      program.press('list');
      await stage.request('LIST', 1);
      noDatagram(stage, 'Before Join a poke was sent');
    },
  },
  {
    title: 'Poke: without a name the nicknames are shown',
    contract: 'No name: "To whom you want to send the poke?" and the list of nicknames.',
    lookFor: '[Poke] with nothing in the field',
    mark: 'Poke',
    run: async (stage) => {
      const members = await stage.cast(2);
      await stage.join();
      await stage.forwardLink(members);
      const mark = await stage.settled();
      stage.program.press('poke', '');
      await expectShown(
        stage,
        mark,
        members.map(({ user }) => user),
      );
    },
  },
  {
    title: 'Poke: a name that is not in the room is refused',
    contract: 'Own name or a name that is not in the room: an error.',
    lookFor: '[Poke]: the look into the member list',
    mark: 'Poke',
    run: async (stage) => {
      await stage.linked(1);
      const mark = await stage.settled();
      stage.program.press('poke', 'nobody');
      await expectTold(stage, mark, 'nobody is not in the room');
      stage.program.press('list');
      await stage.request('LIST');
      noDatagram(stage, 'A poke for nobody was sent');
    },
  },
  {
    title: 'Poke: the own name is refused',
    contract: 'Own name or a name that is not in the room: an error.',
    lookFor: '[Poke]: a comparison with the own name before K is sent',
    mark: 'Poke',
    run: async (stage) => {
      await stage.linked(1);
      const mark = await stage.settled();
      stage.program.press('poke', USER);
      await expectTold(stage, mark, 'it can not poke itself');
    },
  },
  {
    title: 'Poke: K goes to the UDP port of the member',
    contract: 'K by UDP to that member, at the address and port of the member list.',
    lookFor: '[Poke]: which entry of the list is taken; sendto() with its IP and int(port)',
    mark: 'Poke',
    run: async (stage) => {
      const { members } = await stage.linked(3);
      for (const member of members) {
        stage.program.press('poke', member.user);
        await stage.datagram(member, 'POKE', `after [Poke] ${member.user}`);
      }
    },
  },
  {
    title: 'Poke: the ACK is told',
    contract: 'The user is told when the ACK comes.',
    lookFor: 'recvfrom() behind the K, and what is shown then',
    mark: 'Poke',
    run: async (stage) => {
      const { bob } = await linkedWithOne(stage);
      bob.ack = null;
      stage.program.press('poke', bob.user);
      const { port } = await stage.datagram(bob, 'POKE', 'after [Poke]');
      const mark = await stage.settled();
      bob.datagrams.send(`A${END_MARK}`, port);
      await expectTold(stage, mark, `${bob.user} has answered`);
    },
  },
  {
    title: 'Poke: that no ACK comes is told after 2 seconds',
    contract: 'The user is told that none came within 2 seconds.',
    lookFor: 'settimeout(2) of the UDP socket, and what is shown then',
    mark: 'Poke',
    isLong: true,
    run: async (stage) => {
      const { bob } = await linkedWithOne(stage);
      bob.ack = null;
      stage.program.press('poke', bob.user);
      await stage.datagram(bob, 'POKE', 'after [Poke]');
      await stage.pass(CHECK_ACK_MS * TOO_EARLY_RATIO);
      const mark = stage.program.mark;
      await stage.pass(CHECK_ACK_MS * (1 - TOO_EARLY_RATIO));
      await expectTold(stage, mark, `${bob.user} has not answered`);
    },
  },
  {
    title: 'Poke: a poke is answered by A',
    contract: 'The poked side answers A, to where the K came from.',
    lookFor: 'the UDP socket bound to myport, and sendto() with the address that recvfrom() gave',
    mark: 'Poke',
    run: async (stage) => {
      const { bob } = await linkedWithOne(stage);
      bob.poke(ROOM, stage.port);
      await stage.datagram(bob, 'ACK', 'after its K');
    },
  },
  {
    title: 'Poke: a poke is shown in the Message window',
    contract: 'The poked side shows the poke in its Message window and in its Command window.',
    lookFor: 'MsgWin.insert() where a K has come',
    mark: 'Poke',
    run: async (stage) => {
      const { bob } = await linkedWithOne(stage);
      const mark = await stage.settled();
      bob.poke(ROOM, stage.port);
      await expectMessage(stage, mark, [bob.user]);
    },
  },
  {
    title: 'Poke: a poke for another room is not answered',
    contract: 'On any error no answer.',
    lookFor: 'a comparison of the room in K with the own one',
    run: async (stage) => {
      const { bob } = await linkedWithOne(stage);
      bob.poke('elsewhere', stage.port);
      await stage.settled();
      const got = bob.datagrams.received[0];
      if (got)
        throw new CheckFailure(`A poke for the room elsewhere was answered: ${quoted(got.frame.bytes)}.`);
    },
  },
];
