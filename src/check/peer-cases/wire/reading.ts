/** Cases of section 1: how the program cuts what it reads. */
import { END_MARK } from '../../../protocol/frames.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { type PeerStage, ROOM } from '../../stage/peer-stage.ts';
import { expectMessage } from '../../stage/shown.ts';
import type { WireLink } from '../../wire/wire-link.ts';
import { call, twoLinks } from '../links.ts';

const PIECE_BYTES = 3;

/** Sends bytes in small pieces, each in a turn of its own. */
async function inPieces(link: WireLink, text: string): Promise<void> {
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    link.send(text.slice(at, at + PIECE_BYTES));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What the program has to read. */
export const READ: readonly CaseWords<PeerStage>[] = [
  {
    title: 'a P that comes in pieces is one P',
    contract: 'A frame can arrive in any number of TCP segments.',
    lookFor: 'recv() taken for a whole message: bytes have to be gathered up to "::\\r\\n"',
    run: async (stage) => {
      const { bob, link } = await call(stage);
      await inPieces(link, bob.handshake(ROOM));
      await stage.next(link, 'HANDSHAKE OK', 'after a P in pieces');
    },
  },
  {
    title: 'a T that comes in pieces is one T',
    contract: 'A frame can arrive in any number of TCP segments.',
    lookFor: 'recv() taken for a whole message: bytes have to be gathered until the length is there',
    run: async (stage) => {
      const { forward, member } = await twoLinks(stage);
      const mark = stage.program.mark;
      await inPieces(forward, member.text(ROOM, 1, 'piecewise'));
      await expectMessage(stage, mark, ['piecewise']);
    },
  },
  {
    title: 'two T in one segment are two messages',
    contract: 'One segment can hold many frames.',
    lookFor: 'what is left in the buffer behind the first frame: it has to be read, too',
    run: async (stage) => {
      const { forward, member } = await twoLinks(stage);
      const mark = stage.program.mark;
      forward.send(member.text(ROOM, 1, 'first-of-two') + member.text(ROOM, 2, 'second-of-two'));
      await expectMessage(stage, mark, ['first-of-two', 'second-of-two']);
    },
  },
  {
    title: 'content with colons is shown as it came',
    contract: 'Content may contain ":" and "::": it is what msgLength says, not what stands between colons.',
    lookFor: 'split(":") of a T: only the first six fields are separated by colons',
    mark: 'Send',
    run: async (stage) => {
      const { forward, member } = await twoLinks(stage);
      const mark = stage.program.mark;
      forward.send(member.text(ROOM, 1, 'at 10:30::sharp:'));
      await expectMessage(stage, mark, [member.user, 'at 10:30::sharp:']);
    },
  },
  {
    title: 'content with an end mark in it is cut by its length',
    contract: 'Content may contain "::\\r\\n": TEXT is cut by its length, never by looking for the end mark.',
    lookFor: 'how a T is cut: msgLength bytes behind the sixth colon, then "::\\r\\n"',
    level: 'should',
    run: async (stage) => {
      const { forward, backward, member } = await twoLinks(stage);
      const first = member.text(ROOM, 1, `inside${END_MARK}outside`);
      forward.send(first + member.text(ROOM, 2, 'behind-it'));
      const { skipped } = await stage.text(backward, 'behind-it', 'after two T of its other neighbour');
      const passed = skipped.map(({ bytes }) => bytes.toString('latin1')).join('');
      if (passed !== first) throw new CheckFailure(`${quoted(first)} was passed on as ${quoted(passed)}.`);
    },
  },
];
