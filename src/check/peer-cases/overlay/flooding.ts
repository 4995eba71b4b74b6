/** Cases of section 2.7: what the program does with a T. */

import { type StrictFrame, valueIn } from '../../../protocol/dissect/strict-frame.ts';
import { END_MARK } from '../../../protocol/frames.ts';
import { hashId } from '../../../protocol/hash-id.ts';
import { LOOPBACK } from '../../../protocol/names.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { expectMessage, expectMessageCount } from '../../stage/shown.ts';
import { apart, twoLinks } from '../links.ts';

const BURST = 50;
/** A msgID that no program has reached with its first message. */
const COUNTED_HIGH = 40;

/** A T of somebody who is no neighbour. */
function textOf(user: string, port: number, msgId: number, content: string, room = ROOM): string {
  return `T:${room}:${hashId(user, LOOPBACK, port)}:${user}:${msgId}:${content.length}:${content}${END_MARK}`;
}

/** Fails if one of these frames has this in it. */
function without(frames: readonly StrictFrame[], token: string, problem: string): void {
  const frame = frames.find(({ bytes }) => bytes.includes(token));
  if (frame) throw new CheckFailure(`${problem}: ${quoted(frame.bytes)}.`, { frame });
}

/** See above. */
export const FLOODING: readonly CaseWords<PeerStage>[] = [
  {
    title: 'a T is shown with the name of its origin',
    contract: 'New: show the origin user and the content.',
    lookFor: 'MsgWin.insert() where a T has come; the name is that in the T, not that of the link',
    mark: 'Send',
    run: async (stage) => {
      const { forward } = await twoLinks(stage);
      const mark = stage.program.mark;
      forward.send(textOf('zelda', 4_999, 1, 'from afar'));
      await expectMessage(stage, mark, ['zelda', 'from afar']);
    },
  },
  {
    title: 'a T goes on, byte for byte, to the other links',
    contract: 'New: forward the same bytes to every link but the one it came from and the origin itself.',
    lookFor: 'the loop over all links, forward and backward, behind a T',
    mark: 'Send',
    run: async (stage) => {
      const { forward, backward, member, other } = await twoLinks(stage);
      for (const [msgId, from, to, who] of [
        [1, forward, backward, member],
        [2, backward, forward, other],
      ] as const) {
        const sent = who.text(ROOM, msgId, `hand on ${who.user}: 1:2`);
        from.send(sent);
        const { frame } = await stage.text(to, `hand on ${who.user}`, 'after its other neighbour sent it');
        if (frame.bytes.toString('latin1') !== sent)
          throw new CheckFailure(`${quoted(sent)} was passed on as ${quoted(frame.bytes)}.`, { frame });
      }
    },
  },
  {
    title: 'a T does not go back to where it came from',
    contract: 'Forward to every link but the one it came from.',
    lookFor: 'the loop over all links: the one that the T came over is left out',
    run: async (stage) => {
      const { forward } = await twoLinks(stage);
      const mark = stage.program.mark;
      forward.send(textOf('zelda', 4_999, 1, 'no echo'));
      await expectMessage(stage, mark, ['no echo']);
      await stage.settled();
      without(forward.untaken, 'no echo', 'A T went back over the link that it came from');
    },
  },
  {
    title: 'a T does not go to its origin',
    contract: 'Forward to every link but the origin itself.',
    lookFor: 'the loop over all links: whoever has the originHID is left out',
    run: async (stage) => {
      const { forward, backward, other } = await twoLinks(stage);
      const mark = stage.program.mark;
      forward.send(other.text(ROOM, 1, 'said by you'));
      await expectMessage(stage, mark, ['said by you']);
      await stage.settled();
      without(backward.untaken, 'said by you', 'A T went to its own origin');
    },
  },
  {
    title: 'a T that comes again is shown and passed on once',
    contract: '(originHID, msgID) seen before: drop.',
    lookFor: 'the memory of (originHID, msgID): looked into and written for each T',
    mark: 'Normal',
    run: async (stage) => {
      const { forward, backward } = await twoLinks(stage);
      const mark = stage.program.mark;
      const again = textOf('zelda', 4_999, 1, 'again and again');
      await apart(stage, forward, again, again);
      await apart(stage, backward, again);
      await expectMessage(stage, mark, ['again and again']);
      await expectMessageCount(stage, mark, 'again and again', 1);
      without(backward.untaken.slice(1), 'again and again', 'A T that came again was passed on again');
      without(forward.untaken, 'again and again', 'A T that came again was passed on again');
    },
  },
  {
    title: 'own messages that come back are dropped',
    contract: 'Seen before: drop; a message of our own is one that we have seen.',
    lookFor: '[Send]: the own (HID, msgID) is remembered, too',
    run: async (stage) => {
      const { forward, backward } = await twoLinks(stage);
      stage.program.press('send', 'boomerang');
      const { frame } = await stage.text(forward, 'boomerang', 'after [Send]');
      const mark = await stage.settled();
      await apart(stage, forward, frame.bytes.toString('latin1'));
      await expectMessageCount(stage, mark, 'boomerang', 0);
      without(backward.untaken.slice(1), 'boomerang', 'An own message that came back was passed on');
    },
  },
  {
    title: 'T for another room is dropped',
    contract: 'Another room: drop, with an error line in the Command window.',
    lookFor: 'a comparison of the room in T with the own one',
    run: async (stage) => {
      const { forward, backward } = await twoLinks(stage);
      const mark = stage.program.mark;
      const elsewhere = textOf('zelda', 4_999, 1, 'elsewhere said', 'elsewhere');
      await apart(stage, forward, elsewhere, textOf('zelda', 4_999, 2, 'here said'));
      await expectMessage(stage, mark, ['here said']);
      without(backward.untaken, 'elsewhere said', 'A T for the room elsewhere was passed on');
      await expectMessageCount(stage, mark, 'elsewhere said', 0);
    },
  },
  {
    title: 'two origins may use the same msgID',
    contract: 'A message is known by originHID and msgID together.',
    lookFor: 'one last msgID for all origins together',
    run: async (stage) => {
      const { forward } = await twoLinks(stage);
      const mark = stage.program.mark;
      const texts = [
        textOf('zelda', 4_999, 5, 'of zelda'),
        textOf('yoshi', 4_998, 5, 'of yoshi'),
        textOf('xena', 4_997, 1, 'of xena'),
      ];
      await apart(stage, forward, ...texts);
      await expectMessage(stage, mark, ['of zelda', 'of yoshi', 'of xena']);
    },
  },
  {
    title: 'an unknown origin: J is sent again',
    contract: 'Origin not in the member list: still show and forward it, and send J again for a fresh list.',
    lookFor: 'what is done with a T whose originHID no member has',
    run: async (stage) => {
      const { forward } = await twoLinks(stage);
      await stage.settled();
      const joins = stage.server.of('JOIN').length;
      forward.send(textOf('zelda', 4_999, 1, 'who am I'));
      await stage.request('JOIN', joins);
    },
  },
  {
    title: 'fifty messages at once are all shown, in order, and passed on',
    contract: 'One segment can hold many frames; no message gets lost.',
    lookFor: 'recv() with a small buffer, and what is left in it behind the first frame',
    mark: 'Normal',
    run: async (stage) => {
      const { forward, backward } = await twoLinks(stage);
      const mark = stage.program.mark;
      const contents = Array.from({ length: BURST }, (_, at) => `burst-${at + 1}.`);
      forward.send(contents.map((content, at) => textOf('zelda', 4_999, at + 1, content)).join(''));
      for (const content of contents)
        await stage.text(backward, content, 'after its other neighbour sent fifty');
      await expectMessage(stage, mark, contents);
      if (stage.program.isByHand) return;
      const shown = stage.program.messagesSince(mark);
      const places = contents.map((content) => shown.indexOf(content));
      if (places.some((place, at) => at > 0 && place < (places[at - 1] ?? 0)))
        throw new CheckFailure('Messages are shown in another order than they came.');
    },
  },
  {
    title: 'own messages and those of others do not disturb each other',
    contract: 'Each origin counts its own msgIDs.',
    lookFor: 'one counter for own and foreign msgIDs',
    run: async (stage) => {
      const { forward } = await twoLinks(stage);
      const mark = stage.program.mark;
      forward.send(textOf('zelda', 4_999, COUNTED_HIGH, 'counted high'));
      await expectMessage(stage, mark, ['counted high']);
      stage.program.press('send', 'mine is low');
      const { frame } = await stage.text(forward, 'mine is low', 'after [Send]');
      const id = Number(valueIn(frame, 'msgID'));
      if (id >= COUNTED_HIGH)
        throw new CheckFailure(
          `The first message of ${USER} has the msgID ${id}, after one of ${COUNTED_HIGH}.`,
          {
            frame,
          },
        );
    },
  },
];
