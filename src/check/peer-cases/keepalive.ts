/** Cases of section 2.3: the program stays a member. They wait for KEEPALIVE, and run side by side. */
import { CHECK_KEEPALIVE_MAX_MS, CHECK_KEEPALIVE_MIN_MS } from '../../limits/check.ts';
import { END_MARK } from '../../protocol/frames.ts';
import { quoted } from '../../words/quoted.ts';
import type { CaseWords } from '../case.ts';
import { CheckFailure } from '../failure.ts';
import type { PeerStage } from '../stage/peer-stage.ts';

const nextKeepalive = () => CHECK_KEEPALIVE_MAX_MS;

/** See above. */
export const KEEPALIVE: readonly CaseWords<PeerStage>[] = [
  {
    title: 'JOINED: the same J every 20 s',
    contract: 'JOINED peers send the same J every 20 s; the room server drops who is silent for 60 s.',
    lookFor: 'the KEEPALIVE thread or timer: it begins with the first M, and repeats',
    isLong: true,
    mark: 'Room server',
    run: async (stage) => {
      const first = await stage.join();
      const second = await stage.request('JOIN', 1, nextKeepalive);
      const third = await stage.request('JOIN', 2, nextKeepalive);
      for (const { frame } of [second, third])
        if (!frame.bytes.equals(first.frame.bytes))
          throw new CheckFailure(
            `KEEPALIVE sends ${quoted(frame.bytes)} after ${quoted(first.frame.bytes)}.`,
            {
              frame,
            },
          );
      const pauseMs = third.atMs - second.atMs;
      if (pauseMs < CHECK_KEEPALIVE_MIN_MS)
        throw new CheckFailure(`KEEPALIVE comes after ${(pauseMs / 1_000).toFixed(1)} s, not after 20 s.`);
    },
  },
  {
    title: 'CONNECTED: J goes on, over the same connection',
    contract: 'CONNECTED peers send J every 20 s, over the connection that stays open.',
    lookFor: 'a KEEPALIVE that ends once there is a link, or connects anew',
    isLong: true,
    run: async (stage) => {
      await stage.linked(1);
      const [first] = stage.server.of('JOIN');
      const count = stage.server.of('JOIN').length;
      const second = await stage.request('JOIN', count, nextKeepalive);
      if (second.link !== first?.link) throw new CheckFailure('KEEPALIVE came over another connection.');
    },
  },
  {
    title: 'a member that is new in the list can be poked',
    contract: 'Every M that comes back replaces the member list.',
    lookFor: 'what KEEPALIVE does with its answer',
    isLong: true,
    run: async (stage) => {
      await stage.join();
      const bob = await stage.neighbour('carol');
      await stage.request('JOIN', 1, nextKeepalive);
      await stage.settled();
      stage.program.press('poke', bob.user);
      await stage.datagram(bob, 'POKE', 'after the list that has it, and [Poke]');
    },
  },
  {
    title: 'a member that has left the list can not be poked',
    contract: 'Every M that comes back replaces the member list.',
    lookFor: 'a list that is only ever added to',
    isLong: true,
    run: async (stage) => {
      const [bob, carol] = await stage.castPair();
      await stage.join();
      stage.server.remove(carol);
      await stage.request('JOIN', 1, nextKeepalive);
      await stage.settled();
      stage.program.press('poke', carol.user);
      stage.program.press('poke', bob.user);
      await stage.datagram(bob, 'POKE', 'after [Poke]');
      if (carol.datagrams.received.length > 0)
        throw new CheckFailure(`${carol.user}, who is not in the list any more, was poked.`);
    },
  },
  {
    title: 'no second forward link comes with KEEPALIVE',
    contract: 'At most one forward link at any time.',
    lookFor: 'a search for a forward link behind every M, although there is one',
    isLong: true,
    run: async (stage) => {
      const { members } = await stage.linked(3);
      await stage.request('JOIN', 1, nextKeepalive);
      await stage.settled();
      const open = members.flatMap(({ accepted }) => accepted.filter(({ ended }) => ended === undefined));
      if (open.length !== 1)
        throw new CheckFailure(
          `After a KEEPALIVE it has ${open.length} connections to members: ${open.map(({ owner }) => owner).join(', ')}.`,
        );
    },
  },
  {
    title: 'F as an answer to KEEPALIVE is no reason to leave',
    contract: 'The original answers a few good J with F: not a reason to leave the room.',
    lookFor: 'an answer to J that does not begin with M, while JOINED',
    isLong: true,
    level: 'should',
    run: async (stage) => {
      stage.server.answer = (request) =>
        stage.server.of('JOIN').length === 2
          ? `F:JOIN message - Wrong format!!${END_MARK}`
          : stage.server.usualAnswer(request);
      await stage.join();
      await stage.request('JOIN', 1, nextKeepalive);
      await stage.request('JOIN', 2, nextKeepalive);
    },
  },
];
