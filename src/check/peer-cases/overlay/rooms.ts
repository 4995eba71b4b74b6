/**
 * The assignment's cases with several programs in one room. The tester is their room server, and knows by the
 * rule of the forward link who has how many backward links: each that joins dials the next one on the ring.
 */
import { CHECK_MEND_MS, CHECK_START_MS } from '../../../limits/check.ts';
import { hashId } from '../../../protocol/hash-id.ts';
import { LOOPBACK } from '../../../protocol/names.ts';
import type { CaseWords } from '../../case.ts';
import { CannotCheckError, CheckFailure } from '../../failure.ts';
import { type PeerStage, ROOM } from '../../stage/peer-stage.ts';
import { ringAfter } from '../../stage/ring.ts';
import { expectMessage, expectMessageCount } from '../../stage/shown.ts';
import type { Subject } from '../../stage/subject.ts';
import { freePort } from '../../wire/ports.ts';

const NAMES = ['ann', 'ben', 'cat', 'dan', 'eve'] as const;
/** Between two attempts to be heard by everybody while a room mends. */
const ATTEMPT_MS = 500;

interface RoomMember {
  readonly user: string;
  readonly ip: string;
  readonly port: number;
  readonly hid: string;
  readonly program: Subject;
  /** Where its output began to count. */
  mark: number;
}

/** Starts a program, which joins. Resolves when its J has come. */
async function joinOne(stage: PeerStage, user: string, port: number): Promise<RoomMember> {
  const joins = () => stage.server.of('JOIN').filter(({ frame }) => frame.bytes.includes(`:${user}:`)).length;
  const before = joins();
  if (stage.isByHand) throw new CannotCheckError('Several programs can be started by the tester only.');
  const program = stage.startAnother(port);
  program.press('user', user);
  program.press('join', ROOM);
  const isJoined = () => (joins() > before ? true : undefined);
  if (!(await stage.tape.until(isJoined, () => Math.max(stage.patienceMs(), CHECK_START_MS))))
    throw new CheckFailure(`No J of ${user} came to the room server.`);
  return { user, ip: LOOPBACK, port, hid: hashId(user, LOOPBACK, port), program, mark: 0 };
}

/** Five programs, one after the other, and everybody hears everybody. */
async function fiveMembers(
  stage: PeerStage,
): Promise<{ members: RoomMember[]; backward: Map<string, number> }> {
  const members: RoomMember[] = [];
  const backward = new Map<string, number>();
  for (const user of NAMES) {
    const member = await joinOne(stage, user, await freePort());
    const [next] = ringAfter(member.hid, members);
    if (next) backward.set(next.user, (backward.get(next.user) ?? 0) + 1);
    members.push(member);
    await hearEachOther(stage, members, `${user} joined`);
  }
  for (const member of members) member.mark = member.program.mark;
  return { members, backward };
}

/**
 * Each says something, again and again, until everybody has heard something of everybody; bounded in time.
 */
async function hearEachOther(stage: PeerStage, members: readonly RoomMember[], since: string): Promise<void> {
  const startedMs = stage.tape.nowMs;
  let deaf = '';
  for (let attempt = 1; stage.tape.nowMs - startedMs < CHECK_MEND_MS; attempt += 1) {
    const token = (user: string) => `${user}-after-${since.replaceAll(' ', '-')}-${attempt}.`;
    for (const { user, program } of members) program.press('send', token(user));
    const missing = () =>
      members.flatMap(({ user, program }) =>
        members
          .filter((from) => !program.messagesSince(0).includes(token(from.user)))
          .map((from) => `${user} has not heard ${from.user}`),
      );
    if (
      await stage.tape.until(
        () => (missing().length === 0 ? true : undefined),
        () => ATTEMPT_MS,
      )
    )
      return;
    deaf = missing().join(', ');
  }
  throw new CheckFailure(`${CHECK_MEND_MS / 1_000} s after ${since}: ${deaf}.`);
}

/** Each says one thing: everybody shows it once. */
async function onceEach(stage: PeerStage, members: readonly RoomMember[], word: string): Promise<void> {
  for (const { user, program } of members) program.press('send', `${word} of ${user}: ok`);
  for (const { user: hearer, program, mark } of members)
    for (const { user } of members) {
      try {
        await expectMessage(stage, mark, [user, `${word} of ${user}: ok`], program);
        await expectMessageCount(stage, mark, `${word} of ${user}: ok`, 1, program);
      } catch (error) {
        if (!(error instanceof CheckFailure)) throw error;
        throw new CheckFailure(`Of five programs, ${hearer}: ${error.message}`);
      }
    }
}

/** Ends programs without a goodbye, those with most backward links first. */
async function terminate(
  stage: PeerStage,
  members: readonly RoomMember[],
  backward: ReadonlyMap<string, number>,
  count: number,
): Promise<{ left: RoomMember[]; gone: RoomMember[] }> {
  const links = ({ user }: RoomMember) => backward.get(user) ?? 0;
  const gone = members.toSorted((one, other) => links(other) - links(one)).slice(0, count);
  for (const { program } of gone) program.kill();
  await stage.tape.until(
    () => (gone.every(({ program }) => program.exit) ? true : undefined),
    stage.patienceMs,
  );
  // They are over because the case has ended them.
  for (const { program } of gone) stage.programs.splice(stage.programs.indexOf(program), 1);
  return { left: members.filter((member) => !gone.includes(member)), gone };
}

const JOINED_ONE_BY_ONE =
  'Several programs, one after the other, in one room: no message is missing, none comes twice.';

/** Nobody leaves. */
export const NORMAL_ROOM: readonly CaseWords<PeerStage>[] = [
  {
    title: 'five programs in one room hear each other, each message once',
    contract: JOINED_ONE_BY_ONE,
    lookFor: 'the search for a forward link, forwarding, and the check for known messages',
    isLong: true,
    mark: 'Normal',
    run: async (stage) => {
      const { members } = await fiveMembers(stage);
      await onceEach(stage, members, 'word');
    },
  },
  {
    title: 'five programs that all talk at once lose nothing',
    contract: JOINED_ONE_BY_ONE,
    lookFor: 'recv() that reads more than one frame, and threads that write to one socket at once',
    isLong: true,
    mark: 'Normal',
    run: async (stage) => {
      const { members } = await fiveMembers(stage);
      for (const round of [1, 2, 3, 4, 5])
        for (const { user, program } of members) program.press('send', `round ${round} by ${user}.`);
      for (const round of [1, 2, 3, 4, 5])
        for (const { user } of members)
          for (const { program, mark } of members) {
            await expectMessage(stage, mark, [`round ${round} by ${user}.`], program);
            await expectMessageCount(stage, mark, `round ${round} by ${user}.`, 1, program);
          }
    },
  },
];

/** Some do. */
export const LEAVING_ROOM: readonly CaseWords<PeerStage>[] = [
  {
    title: 'the one with most backward links is terminated: the others hear each other',
    contract: 'When the forward link is lost, search again.',
    lookFor: 'what is done when a link ends: the search for another one',
    isLong: true,
    mark: 'Leaving',
    run: async (stage) => {
      const { members, backward } = await fiveMembers(stage);
      const { left } = await terminate(stage, members, backward, 1);
      await hearEachOther(stage, left, 'one was terminated');
    },
  },
  {
    title: 'the two with most backward links are terminated: the others hear each other',
    contract: 'When the forward link is lost, search again; members that are gone are passed over.',
    lookFor: 'a search that ends with an exception at the first member that is gone',
    isLong: true,
    mark: 'Leaving',
    run: async (stage) => {
      const { members, backward } = await fiveMembers(stage);
      const { left } = await terminate(stage, members, backward, 2);
      await hearEachOther(stage, left, 'two were terminated');
    },
  },
  {
    title: 'two are terminated, one comes back: all hear each other',
    contract: 'A restart counts from 0 again under the same HID; it is heard.',
    lookFor: 'what is remembered of a member that has left: its msgIDs begin anew',
    isLong: true,
    mark: 'Leaving',
    run: async (stage) => {
      const { members, backward } = await fiveMembers(stage);
      const { left, gone } = await terminate(stage, members, backward, 2);
      await hearEachOther(stage, left, 'two were terminated');
      const [first] = gone;
      if (!first) return;
      const back = await joinOne(stage, first.user, first.port);
      await hearEachOther(stage, [...left, back], 'one came back');
    },
  },
];
