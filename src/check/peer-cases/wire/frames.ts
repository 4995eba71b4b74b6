/** Cases of section 1: what the program writes, byte for byte. */
import { valueIn } from '../../../protocol/dissect/strict-frame.ts';
import { hashId } from '../../../protocol/hash-id.ts';
import { LOOPBACK, NAME_MAX_CHARACTERS } from '../../../protocol/names.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { judge, judgeFields } from '../../stage/judged.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { call, linkedWithOne } from '../links.ts';

/**
 * A name whose HID is below 2^63; that of USER is above, negative where somebody keeps it in signed 64 bits.
 */
const SMALL = 'alice';
const NAMES_TRIED_MAX = 1_000;
const LONGEST_CONTENT = 499;

/** The first of these names for which it holds. */
export function nameFor(holds: (name: string) => boolean): string {
  for (let number = 0; number < NAMES_TRIED_MAX; number += 1)
    if (holds(`sut${number}`)) return `sut${number}`;
  throw new Error('no name will do');
}

/** What the program has to write. */
export const WRITTEN: readonly CaseWords<PeerStage>[] = [
  {
    title: 'L is five bytes',
    contract: 'LIST is "L::\\r\\n": the letter and the end mark.',
    lookFor: 'the string that [List] sends; is it exactly "L::\\r\\n"?',
    run: async (stage) => {
      stage.start().press('list');
      judge((await stage.request('LIST')).frame, {});
    },
  },
  {
    title: 'J has room, user, IP and port',
    contract:
      'JOIN is "J:room:user:ip:port::\\r\\n", with the IPv4 address and the listening port of the sender.',
    lookFor:
      'the string that [Join] sends: the order of its fields, and the port, which is the third argument',
    run: async (stage) => {
      const { frame } = await stage.join();
      judge(frame, { room: ROOM, user: USER, ip: LOOPBACK, port: stage.port });
    },
  },
  {
    title: 'P has room, user, IP, port and msgID',
    contract: 'HANDSHAKE is "P:room:user:ip:port:msgID::\\r\\n", msgID being 0 before the first message.',
    lookFor: 'the string that is sent after connect(): the order of its fields, and whether msgID is in it',
    run: async (stage) => {
      const { frame } = await stage.linked(1);
      judge(frame, { room: ROOM, user: USER, ip: LOOPBACK, port: stage.port, msgID: 0 });
    },
  },
  {
    title: 'S has the msgID',
    contract:
      'HANDSHAKE OK is "S:msgID::\\r\\n", msgID being 0 before the first message of the one who answers.',
    lookFor: 'what is sent in answer to a P: the own last message ID, not that of the P',
    run: async (stage) => {
      const { bob, link } = await call(stage);
      link.send(bob.handshake(ROOM, 7));
      judge(await stage.next(link, 'HANDSHAKE OK', 'after its P'), { msgID: 0 });
    },
  },
  {
    title: 'T has room, originHID, origin user, msgID, length and content',
    contract: 'TEXT is "T:room:originHID:originUser:msgID:msgLength:content::\\r\\n".',
    lookFor:
      'the string that [Send] sends; the HID is sdbm of user + ip + port in decimal, the length that of the content alone',
    run: async (stage) => {
      const { link } = await stage.linked(1, SMALL);
      stage.program.press('send', 'hello there');
      const { frame } = await stage.text(link, 'hello there', 'after [Send]');
      const originHID = hashId(SMALL, LOOPBACK, stage.port);
      judge(frame, { room: ROOM, originHID, originUser: SMALL, msgLength: 11, content: 'hello there' });
    },
  },
  {
    title: 'the HID is 64 bits without a sign',
    contract: 'A HID is sdbm modulo 2^64 in decimal: numbers from 2^63 on are positive.',
    lookFor: 'the sdbm function: 64 bits (& 0xffffffffffffffff), unsigned, and no floating point',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      stage.program.press('send', 'large');
      const { frame } = await stage.text(link, 'large', 'after [Send]');
      judgeFields(frame, { originHID: hashId(USER, LOOPBACK, stage.port) });
    },
  },
  {
    title: 'every message has a higher msgID than the one before',
    contract: 'A new TEXT has a new msgID; receivers drop an ID that they have seen.',
    lookFor: 'the message counter: counted up before or after each message, kept for the whole room',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      const ids: number[] = [];
      for (const content of ['one', 'two', 'three']) {
        stage.program.press('send', content);
        const { frame } = await stage.text(link, content, 'after [Send]');
        ids.push(Number(frame.fields.find(({ name }) => name === 'msgID')?.value));
      }
      if (ids.some((id, at) => at > 0 && !(id > (ids[at - 1] ?? 0))))
        throw new CheckFailure(`Three messages have the msgIDs ${ids.join(', ')}.`);
    },
  },
  {
    title: 'msgIDs begin at 1 and count by one',
    contract: 'P tells the last ID used, 0 before the first message; msgIDs count by one.',
    lookFor: 'the start of the message counter, and other places that count it up',
    level: 'should',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      for (const [at, content] of ['one', 'two'].entries()) {
        stage.program.press('send', content);
        judgeFields((await stage.text(link, content, 'after [Send]')).frame, { msgID: at + 1 });
      }
    },
  },
  {
    title: 'S tells the last msgID that was used',
    contract: 'msgID in P and S is the last message ID that the sender of the frame has used.',
    lookFor: 'the msgID in S (and P): the counter itself, not a constant',
    run: async (stage) => {
      const { members, link } = await stage.linked(2);
      stage.program.press('send', 'counted');
      const { frame } = await stage.text(link, 'counted', 'after [Send]');
      const msgID = frame.fields.find(({ name }) => name === 'msgID')?.value ?? '';
      const second = members[1];
      if (!second) return;
      const other = await second.dial(stage.port, stage.patienceMs);
      other.send(second.handshake(ROOM));
      judgeFields(await stage.next(other, 'HANDSHAKE OK', 'after its P'), { msgID });
    },
  },
  {
    title: 'K has room and own user',
    contract:
      'POKE is "K:room:user::\\r\\n", user being the one who pokes, by UDP to the port of the member.',
    lookFor: 'the string that [Poke] sends: the own name stands in it, not that of the target',
    run: async (stage) => {
      const { bob } = await linkedWithOne(stage);
      stage.program.press('poke', bob.user);
      judge((await stage.datagram(bob, 'POKE', 'after [Poke]')).frame, { room: ROOM, user: USER });
    },
  },
  {
    title: 'A is five bytes',
    contract: 'ACK is "A::\\r\\n".',
    lookFor: 'what is sent in answer to a K',
    run: async (stage) => {
      const { bob } = await linkedWithOne(stage);
      bob.poke(ROOM, stage.port);
      judge((await stage.datagram(bob, 'ACK', 'after its K')).frame, {});
    },
  },
  {
    title: 'content with colons goes out as it was typed',
    contract:
      'Content may contain ":" and "::"; exactly the typed bytes are sent, and msgLength counts them.',
    lookFor: 'msgLength: len() of the content; nothing is stripped, replaced or padded',
    mark: 'Send',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      const content = 'see: http://a.b:80 ::x:: end';
      stage.program.press('send', content);
      const { frame } = await stage.text(link, 'http://a.b:80', 'after [Send]');
      judgeFields(frame, { content });
    },
  },
  {
    title: 'a message of 499 bytes goes out whole, in one T',
    contract: 'Content is less than 500 bytes.',
    lookFor: 'buffers that are too small, and texts that are cut',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      const content = `long${'x'.repeat(LONGEST_CONTENT - 4)}`;
      stage.program.press('send', content);
      const { frame } = await stage.text(link, 'long', 'after [Send]');
      judgeFields(frame, { content });
    },
  },
  {
    title: 'names of 32 characters go out whole',
    contract: 'A user or a room is one word of 1 to 32 printable ASCII characters.',
    lookFor: 'a bound on names that is one too small',
    run: async (stage) => {
      const long = 'n'.repeat(NAME_MAX_CHARACTERS);
      const program = stage.start();
      program.press('user', long);
      program.press('join', long);
      judgeFields((await stage.request('JOIN')).frame, { room: long, user: long });
    },
  },
  {
    title: 'localhost becomes an IPv4 address',
    contract: 'A host name is resolved to IPv4, and "localhost" must not turn into "::1".',
    lookFor: 'the own address: getsockname() of the connection to the room server; AF_INET, not AF_INET6',
    run: async (stage) => {
      stage.roomServerHost = 'localhost';
      const { frame } = await stage.join();
      judgeFields(frame, { ip: LOOPBACK });
    },
  },
];

/** What others go by that keep one number for what they have heard: the next one is one more. */
export const COUNTED: readonly CaseWords<PeerStage>[] = [
  {
    title: 'the first T after a handshake has the next msgID',
    contract:
      'P and S tell the last msgID that was used: some programs take only the one after that for new, so IDs never jump.',
    lookFor: 'the counter between the handshake and [Send]: nothing else counts it up',
    level: 'should',
    run: async (stage) => {
      const { members, link, frame: handshake } = await stage.linked(2);
      stage.program.press('send', 'after the P');
      const { frame: first } = await stage.text(link, 'after the P', 'after [Send]');
      judgeFields(first, { msgID: Number(valueIn(handshake, 'msgID')) + 1 });
      const other = members.find(({ user }) => user !== link.owner);
      if (!other) throw new Error('two members were cast');
      const backward = await other.dial(stage.port, stage.patienceMs);
      backward.send(other.handshake(ROOM));
      const welcome = await stage.next(backward, 'HANDSHAKE OK', 'after its P');
      await stage.settled();
      stage.program.press('send', 'behind the S');
      const { frame: second } = await stage.text(backward, 'behind the S', 'after [Send]');
      judgeFields(second, { msgID: Number(valueIn(welcome, 'msgID')) + 1 });
    },
  },
  {
    title: 'nothing stands between two frames',
    contract:
      'A frame ends with "::\\r\\n", and the next one begins right behind it: no NUL, no line end, no rest of a buffer.',
    lookFor: 'strlen() + 1, or sizeof the buffer, in send(); a line end that print() or join() adds',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      for (const content of ['a longer message comes first', 'then a short one', 'end']) {
        stage.program.press('send', content);
        await stage.tape.until(
          () => (link.chunks.some((bytes) => bytes.includes(content)) ? true : undefined),
          stage.patienceMs,
        );
      }
      await stage.settled();
      const stray = link.frames.find(({ kind }) => kind === 'MALFORMED');
      const rest = stray?.bytes ?? Buffer.from(link.rest, 'latin1');
      if (rest.length > 0) throw new CheckFailure(`Between its frames it sends ${quoted(rest)}.`);
    },
  },
];
