/** Cases of section 3.1: how the program speaks with a room server that takes one recv() for one request. */
import { CHECK_RETRY_MS } from '../../../limits/check.ts';
import { END_MARK } from '../../../protocol/frames.ts';
import { LOOPBACK } from '../../../protocol/names.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { membersText } from '../../stage/room-server-part.ts';
import { expectMessage } from '../../stage/shown.ts';
import { twoLinks } from '../links.ts';

const MANY = 150;
const PIECE_BYTES = 700;
const PIECE_MS = 15;
const FIRST_DEAD_PORT = 1_024;
/** No request may overtake an answer that takes this long. */
const SLOW_ANSWER_MS = 400;

/** See above. */
export const ROOM_SERVER_CASES: readonly CaseWords<PeerStage>[] = [
  {
    title: 'each request is one segment',
    contract: 'The room server takes one recv for one request: each request is a single write.',
    lookFor: 'a request that is written in parts, or two that are written together',
    run: async (stage) => {
      await stage.join();
      stage.program.press('list');
      await stage.request('LIST');
      const chunk = stage.server.links.flatMap(({ chunks }) => chunks).find((bytes) => !isWhole(bytes));
      if (chunk) throw new CheckFailure(`One read of the room server brought ${quoted(chunk)}.`);
    },
  },
  {
    title: 'two requests are never outstanding',
    contract: 'The next request waits for the answer to the one before.',
    lookFor: 'requests of several threads over one socket: a lock from the write to the answer',
    level: 'should',
    run: async (stage) => {
      await stage.join();
      stage.server.answer = ({ frame, link }) => {
        if (frame.kind !== 'LIST') return stage.server.usualAnswer({ frame, link, atMs: 0 });
        setTimeout(() => link.send(`G:${ROOM}${END_MARK}`), SLOW_ANSWER_MS);
        return null;
      };
      stage.program.press('list');
      stage.program.press('list');
      const first = await stage.request('LIST');
      const second = await stage.request('LIST', 1, () => stage.patienceMs() + SLOW_ANSWER_MS);
      if (second.atMs - first.atMs < SLOW_ANSWER_MS / 2)
        throw new CheckFailure('A second L came before the first one was answered.');
    },
  },
  {
    title: 'a list of 150 members, in pieces, is one list',
    contract: 'Replies of any length come in any number of pieces.',
    lookFor: 'recv(1024) taken for a whole M: bytes have to be gathered up to "::\\r\\n"',
    run: async (stage) => {
      const bob = await stage.castOne();
      stage.server.answer = (request) => {
        if (request.frame.kind !== 'JOIN') return stage.server.usualAnswer(request);
        stage.server.enlist(request.frame, request.link);
        const [own] = stage.server.members;
        const others = Array.from({ length: MANY }, (_, at) => ({
          user: `member${at}`,
          ip: LOOPBACK,
          port: FIRST_DEAD_PORT + at,
        }));
        const text = membersText([...(own ? [own] : []), ...others, bob]);
        for (let at = 0; at < text.length; at += PIECE_BYTES)
          setTimeout(
            () => request.link.send(text.slice(at, at + PIECE_BYTES)),
            (at / PIECE_BYTES) * PIECE_MS,
          );
        return null;
      };
      await stage.join();
      await stage.settled();
      stage.program.press('poke', bob.user);
      await stage.datagram(bob, 'POKE', 'after [Poke], as the last one of a long list');
    },
  },
  {
    title: 'the room server goes away: links stay',
    contract: 'Links and chat go on without a room server.',
    lookFor: 'recv() of the room server that returns nothing: an exception, an exit, a busy loop',
    level: 'should',
    run: async (stage) => {
      const { forward, backward, member } = await twoLinks(stage);
      stage.server.stopListening();
      for (const link of stage.server.links) link.close();
      await stage.settled();
      const mark = stage.program.mark;
      forward.send(member.text(ROOM, 1, 'still here'));
      await expectMessage(stage, mark, ['still here']);
      await stage.text(backward, 'still here', 'after its other neighbour sent it');
    },
  },
  {
    title: 'the room server hangs up: the program joins again',
    contract:
      'The connection to the room server stays open: when it is lost, the program connects and sends J again.',
    lookFor: 'recv() of the room server that returns nothing: a new connection, then J',
    level: 'should',
    isLong: true,
    run: async (stage) => {
      await stage.join();
      for (const link of stage.server.links) link.close();
      const { frame } = await stage.request('JOIN', 1, () => CHECK_RETRY_MS);
      if (!frame.bytes.includes(`:${USER}:`))
        throw new CheckFailure(`It sends ${quoted(frame.bytes)}.`, { frame });
    },
  },
];

function isWhole(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return text.endsWith(END_MARK) && text.indexOf(END_MARK) === text.length - END_MARK.length;
}
