/** Cases about a room server: what it refuses, whom it forgets, how it ends (section 3.2). */
import { CHECK_MONITOR_MS } from '../../limits/check.ts';
import { quoted } from '../../words/quoted.ts';
import type { CaseWords } from '../case.ts';
import { CheckFailure } from '../failure.ts';
import type { ServerStage } from '../stage/server-stage.ts';

const WRONG_JOIN = 'F:JOIN message - Wrong format!!::\r\n';
const REFRESH_MS = 20_000;
/** A member is silent for 60 s before it goes. */
const SILENT_MS = 59_000;

/** Requests that have to be refused in these words, and the connection stays. */
function refuses(title: string, lookFor: string, pairs: (stage: ServerStage) => readonly [string, string][]) {
  return {
    title,
    contract: 'A request that is none gets an F with its words; the connection stays open.',
    lookFor,
    run: async (stage: ServerStage) => {
      const alice = await stage.client('alice');
      for (const [request, answer] of pairs(stage)) await stage.exactly(alice, request, answer);
      const frame = await stage.ask(alice, 'L::\r\n');
      if (frame.kind !== 'GROUPS')
        throw new CheckFailure(`After that an L is answered by ${quoted(frame.bytes)}.`, { frame });
    },
  };
}

/** Section 3.2, refusals. */
export const REFUSALS: readonly CaseWords<ServerStage>[] = [
  refuses('a malformed L is refused', 'the check of L: nothing stands in it', () => [
    ['L:x::\r\n', 'F:LIST message - Wrong format!!::\r\n'],
  ]),
  refuses('a malformed J is refused', 'the number of fields of J', ({ room }) => [
    [`J:${room}::\r\n`, WRONG_JOIN],
    [`J:${room}:alice::\r\n`, WRONG_JOIN],
  ]),
  refuses('an unknown request is refused', 'the end of the if/else over the first letter', () => [
    ['X:what::\r\n', 'F:Unknown message - Unknown request!!::\r\n'],
  ]),
  {
    ...refuses('a J without an IPv4 address or a port is refused', 'checks of ip and port', ({ room }) => [
      [`J:${room}:alice:example.org:5001::\r\n`, WRONG_JOIN],
      [`J:${room}:alice:127.0.0.1:0::\r\n`, WRONG_JOIN],
      [`J:${room}:alice:127.0.0.1:70000::\r\n`, WRONG_JOIN],
    ]),
    level: 'should',
  },
  {
    title: 'a second room over one connection is refused',
    contract: 'J for another room: F:JOIN message - Already joined another chatroom!!',
    lookFor: 'what is known of a connection: its room',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      const second = stage.join('alice', 5001, `${stage.room}2`);
      await stage.exactly(alice, second, 'F:JOIN message - Already joined another chatroom!!::\r\n');
    },
  },
  {
    title: 'one HID under two names is refused',
    contract: 'The same HID under another user name: F:JOIN message - Conflict HashID!!',
    lookFor: 'the comparison of HIDs: user, ip and port run together, alice 127.0.0.1 is alice1 27.0.0.1',
    run: async (stage) => {
      const [one, two] = [await stage.client('alice'), await stage.client('alice1')];
      await stage.ask(one, stage.join('alice', 5001));
      const join = `J:${stage.room}:alice1:27.0.0.1:5001::\r\n`;
      await stage.exactly(two, join, 'F:JOIN message - Conflict HashID!!::\r\n');
    },
  },
  {
    title: 'D of a member is answered by S',
    contract: 'DEPART "D:room:user:ip:port::\\r\\n" (not in the assignment) is answered by "S::\\r\\n".',
    lookFor: 'the letter D',
    level: 'should',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      await stage.exactly(alice, stage.join('alice', 5001).replace('J', 'D'), 'S::\r\n');
    },
  },
  {
    title: 'D of somebody else is refused',
    contract:
      'D of nobody: F:DEPART message - User not in Chatroom!!; malformed: F:DEPART message - Wrong format!!',
    lookFor: 'the letter D',
    level: 'should',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      const other = stage.join('nobody', 5009).replace('J', 'D');
      await stage.exactly(alice, other, 'F:DEPART message - User not in Chatroom!!::\r\n');
      await stage.exactly(alice, 'D:x::\r\n', 'F:DEPART message - Wrong format!!::\r\n');
    },
  },
];

/** Section 3.2, the monitor: side by side, because each takes a minute and more. */
export const MONITOR: readonly CaseWords<ServerStage>[] = [
  {
    title: 'a member that is silent for 60 s is removed, its connection closed',
    contract:
      'Monitor, every 20 s: a member not refreshed for 60 s or more is removed, its connection closed.',
    lookFor: 'the monitor thread: the comparison of the time of the last J',
    isLong: true,
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      const startedMs = stage.tape.nowMs;
      if (
        !(await stage.tape.until(
          () => alice.ended,
          () => CHECK_MONITOR_MS,
        ))
      )
        throw new CheckFailure(`A member is still there after ${CHECK_MONITOR_MS / 1_000} s of silence.`);
      const tookMs = stage.tape.nowMs - startedMs;
      if (tookMs < SILENT_MS)
        throw new CheckFailure(`A member was removed after ${(tookMs / 1_000).toFixed(1)} s, not after 60.`);
    },
  },
  {
    title: 'a member that sends J every 20 s stays',
    contract: 'J renews the timestamp.',
    lookFor: 'the timestamp: it is renewed by each J of a member',
    isLong: true,
    run: async (stage) => {
      const alice = await stage.client('alice');
      for (let times = 0; times < 4; times += 1) {
        await stage.ask(alice, stage.join('alice', 5001));
        await stage.pass(REFRESH_MS);
      }
      if (alice.ended) throw new CheckFailure('A member that sent J every 20 s was removed.');
    },
  },
  {
    title: 'L does not refresh',
    contract: 'L does not refresh.',
    lookFor: 'the timestamp: only J renews it',
    isLong: true,
    level: 'should',
    run: async (stage) => {
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      for (let times = 0; times < 2; times += 1) {
        await stage.pass(REFRESH_MS);
        await stage.ask(alice, 'L::\r\n');
      }
      if (
        !(await stage.tape.until(
          () => alice.ended,
          () => CHECK_MONITOR_MS - 2 * REFRESH_MS,
        ))
      )
        throw new CheckFailure('A member that sent only L is still there.');
    },
  },
  {
    title: 'a connection that never joined stays',
    contract: 'Connections that never joined do not expire.',
    lookFor: 'the monitor thread: it looks at members, not at connections',
    isLong: true,
    level: 'should',
    run: async (stage) => {
      const looker = await stage.client('looker');
      await stage.ask(looker, 'L::\r\n');
      await stage.pass(CHECK_MONITOR_MS);
      await stage.ask(looker, 'L::\r\n');
    },
  },
];

/** A signal has to end the server well. */
function ends(signal: 'SIGINT' | 'SIGTERM'): CaseWords<ServerStage> {
  return {
    title: `${signal}: clients get EOF, exit code 0`,
    contract: 'SIGINT and SIGTERM: clients get EOF, exit code 0.',
    lookFor: 'the shutdown handler: every connection is closed, every thread ends',
    run: async (stage) => {
      const { program } = stage;
      const alice = await stage.client('alice');
      await stage.ask(alice, stage.join('alice', 5001));
      program.signal(signal);
      if (!(await stage.tape.until(() => alice.ended, stage.patienceMs)))
        throw new CheckFailure(`The connection is still open after ${signal}.`);
      const exit = await stage.tape.until(() => program.exit, stage.patienceMs);
      if (!exit) throw new CheckFailure(`The server still runs after ${signal}.`);
      if (exit.code !== 0)
        throw new CheckFailure(`The server has ended with ${exit.signal ?? exit.code}, not with 0.`);
    },
  };
}

/** Section 3.2, the end. */
export const ENDING: readonly CaseWords<ServerStage>[] = [ends('SIGINT'), ends('SIGTERM')];
