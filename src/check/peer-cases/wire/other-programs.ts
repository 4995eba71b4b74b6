/** Cases of section 4: what other programs on the wire do, and a good one bears. All of them `should`. */

import { CHECK_SILENT_NEIGHBOUR_MS } from '../../../limits/check.ts';
import { END_MARK } from '../../../protocol/frames.ts';
import { compareHashIds, hashId } from '../../../protocol/hash-id.ts';
import { LOOPBACK, NAME_MAX_CHARACTERS } from '../../../protocol/names.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { ACCEPT } from '../../stage/neighbour.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { expectMessage } from '../../stage/shown.ts';
import { freePort } from '../../wire/ports.ts';
import { apart, call, caller, twoLinks } from '../links.ts';

/** A case in which a neighbour sends some bytes, and a message has to be shown. */
function shows(
  title: string,
  contract: string,
  lookFor: string,
  frames: (text: (msgId: number, content: string) => string) => readonly string[],
  wanted: readonly string[],
): CaseWords<PeerStage> {
  return {
    title,
    contract,
    lookFor,
    level: 'should',
    run: async (stage) => {
      const { forward, member } = await twoLinks(stage);
      const mark = stage.program.mark;
      await apart(stage, forward, ...frames((msgId, content) => member.text(ROOM, msgId, content)));
      await expectMessage(stage, mark, wanted);
    },
  };
}

/** A case in which the first member answers a P with these bytes, and the second one has to be dialled. */
function refusal(title: string, contract: string, lookFor: string, answer: string): CaseWords<PeerStage> {
  return {
    title,
    contract,
    lookFor,
    level: 'should',
    isLong: true,
    run: async (stage) => {
      const [first, second] = await stage.castPair();
      first.onFrame = (_frame, link) => link.send(answer);
      await stage.join();
      await stage.forwardLink([second], 'the second member', () => CHECK_SILENT_NEIGHBOUR_MS);
    },
  };
}

/** See above. */
export const OTHER_PROGRAMS: readonly CaseWords<PeerStage>[] = [
  shows(
    'a nickname in place of the originHID is an origin',
    'Some programs send the nickname in place of the originHID: it is an opaque string.',
    'int() of the originHID',
    () => [`T:${ROOM}:nick:nick:1:9:by a nick${END_MARK}`],
    ['nick', 'by a nick'],
  ),
  shows(
    'the first message may have the msgID 0',
    'The first message is numbered 0 or 1.',
    'a last msgID that begins at 0, and a comparison with >',
    (text) => [text(0, 'numbered nought'), text(1, 'numbered one')],
    ['numbered nought', 'numbered one'],
  ),
  shows(
    'msgIDs may skip numbers',
    'IDs that skip numbers are seen on the wire.',
    'a comparison of the msgID with the last one + 1',
    (text) => [text(1, 'number one'), text(5, 'number five'), text(900, 'number many')],
    ['number one', 'number five', 'number many'],
  ),
  shows(
    'a NUL after each T is passed over',
    'A program in C sends a NUL after S and T: bytes before a NUL that are no frame are no fault.',
    'what stands between two frames in the buffer',
    (text) => [`${text(1, 'C string one')}\0`, `${text(2, 'C string two')}\0`],
    ['C string one', 'C string two'],
  ),
  shows(
    'an unknown frame is passed over',
    'Frames of its own are sent by some programs: one bad frame costs only itself.',
    'the end of the if/elif over the first letter: an exception, or a connection that is closed',
    (text) => [`Q:what:is:this${END_MARK}`, text(1, 'after a Q')],
    ['after a Q'],
  ),
  shows(
    'a frame without an end mark does not swallow the T behind it',
    'Frames of its own without an end mark are seen on the wire.',
    'the search for the next frame behind bytes that are none',
    (text) => [`Q:no end${text(1, 'after no end')}`],
    ['after no end'],
  ),
  {
    title: 'P without a msgID is answered',
    contract: 'Some programs leave the msgID out of P.',
    lookFor: 'an index behind the end of the fields of P',
    level: 'should',
    run: async (stage) => {
      const { bob, link } = await call(stage);
      link.send(`P:${ROOM}:${bob.user}:${bob.ip}:${bob.port}${END_MARK}`);
      await stage.next(link, 'HANDSHAKE OK', 'after a P without a msgID');
    },
  },
  {
    title: 'a member at localhost is let in',
    contract: 'The word localhost for an address in J and P is read as 127.0.0.1.',
    lookFor: 'a check of the IP in P against the address that the connection comes from',
    level: 'should',
    run: async (stage) => {
      const bob = await stage.neighbour('carol', { isListed: false });
      bob.stopListening();
      stage.server.members.unshift({ user: bob.user, ip: 'localhost', port: bob.port });
      await stage.join();
      const link = await bob.dial(stage.port, stage.patienceMs);
      link.send(`P:${ROOM}:${bob.user}:localhost:${bob.port}:0${END_MARK}`);
      await stage.next(link, 'HANDSHAKE OK', 'after the P of a member at localhost');
    },
  },
  {
    title: 'a T right behind the P is read once S is sent',
    contract: 'One segment can hold many frames: also a P and a T.',
    lookFor: 'what is left in the buffer behind the P',
    level: 'should',
    run: async (stage) => {
      const bob = await caller(stage);
      const mark = stage.program.mark;
      const link = await bob.dial(stage.port, stage.patienceMs);
      link.send(bob.handshake(ROOM) + bob.text(ROOM, 1, 'right behind'));
      await stage.next(link, 'HANDSHAKE OK', 'after its P');
      await expectMessage(stage, mark, ['right behind']);
    },
  },
  {
    title: 'a T that overtakes the S is shown',
    contract: 'A T that overtakes the S is seen on the wire.',
    lookFor: 'the answer to P that is not S: a T is no refusal',
    level: 'should',
    run: async (stage) => {
      const bob = await stage.castOne();
      bob.onFrame = (frame, link) => {
        if (frame.kind === 'HANDSHAKE') link.send(bob.text(ROOM, 1, 'too fast') + ACCEPT);
      };
      const mark = stage.start().mark;
      stage.program.press('user', USER);
      stage.program.press('join', ROOM);
      await expectMessage(stage, mark, ['too fast']);
    },
  },
  refusal(
    'F and an open connection in answer to P is a refusal',
    'Some programs refuse with F: the search goes on with the next member.',
    'the answer to P: anything but S is a refusal',
    `F:not you${END_MARK}`,
  ),
  {
    title: 'bytes over 127 are passed on as they came',
    contract: 'The same bytes are forwarded; a receiver is lenient.',
    lookFor: 'decode() in ASCII that throws, encode() that makes other bytes',
    level: 'should',
    run: async (stage) => {
      const { forward, backward, member } = await twoLinks(stage);
      const sent = member.text(ROOM, 1, Buffer.from('grüße 你好', 'utf8').toString('latin1'));
      forward.send(sent + member.text(ROOM, 2, 'plain again'));
      const { skipped } = await stage.text(backward, 'plain again', 'after a T with bytes over 127');
      const passed = skipped.map(({ bytes }) => bytes.toString('latin1')).join('');
      if (passed !== sent) throw new CheckFailure(`${quoted(sent)} was passed on as ${quoted(passed)}.`);
    },
  },
  shows(
    'the rest of an older frame before a NUL is passed over',
    'A program in C sends its whole buffer: the end of an older frame stands between a frame and its NUL.',
    'what stands between two frames in the buffer, also where it looks like an end of a frame',
    (text) => [`${text(1, 'new words')}er words${END_MARK}\0`, `${text(2, 'newer words')}s${END_MARK}\0`],
    ['new words', 'newer words'],
  ),
  shows(
    'a T with one more field costs only itself',
    'One more field in T is seen on the wire: such a T is dropped, and the next one is read.',
    'an exception behind split() or int() of a T that has more fields',
    (text) => [text(1, 'too much').replace(':too much::', ':too much:more::'), text(2, 'as it should be')],
    ['as it should be'],
  ),
  refusal(
    'F with an S behind it is a refusal',
    'Some programs refuse with F and send S as well: the search goes on with the next member.',
    'the answer to P: the first frame decides',
    `F:not you${END_MARK}${ACCEPT}`,
  ),
  {
    title: 'a member listed at localhost is dialled',
    contract: 'The word localhost for an address in M is read as 127.0.0.1.',
    lookFor: 'inet_aton() or a check of dotted decimal for the IP of a member; connect() with AF_INET6',
    level: 'should',
    run: async (stage) => {
      const port = await freePort();
      const bob = await stage.neighbour(nameBehind(stage, port), { port, isListed: false });
      stage.server.members.unshift({ user: bob.user, ip: 'localhost', port });
      await stage.join();
      const link = await stage.forwardLink([bob]);
      await stage.next(link, 'HANDSHAKE', 'after connecting to a member at localhost');
    },
  },
  {
    title: 'a K of 71 bytes, with names of 32 characters, is answered',
    contract: 'Names have up to 32 characters: one program reads 64 bytes of a K, and does not know it then.',
    lookFor: 'the number in recvfrom(): 71 bytes are the longest K',
    level: 'should',
    run: async (stage) => {
      const bob = await stage.neighbour('n'.repeat(NAME_MAX_CHARACTERS));
      const room = 'r'.repeat(NAME_MAX_CHARACTERS);
      const program = stage.start();
      program.press('user', USER);
      program.press('join', room);
      await stage.request('JOIN');
      await stage.settled();
      bob.poke(room, stage.port);
      await stage.datagram(bob, 'ACK', 'after a K of 71 bytes');
    },
  },
];

const NAMES_TRIED = 1_000;

/**
 * A name with which a member at localhost stands behind the program, by either way of writing its address:
 * whether the program comes round the end of the ring is another case.
 */
function nameBehind(stage: PeerStage, port: number): string {
  const own = hashId(USER, LOOPBACK, stage.port);
  const isBehind = (name: string) =>
    ['localhost', LOOPBACK].every((ip) => compareHashIds(hashId(name, ip, port), own) > 0);
  const names = Array.from({ length: NAMES_TRIED }, (_, number) => `carol${number}`);
  // Only a Hash ID near the greatest of all has nobody behind it.
  return names.find(isBehind) ?? 'carol';
}
