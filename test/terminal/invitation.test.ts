/** Goal: what /invite shows works where it says that it does, whatever the room is called. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { toMember } from '../../src/overlay/member.ts';
import { answerQuery, describeLines } from '../../src/terminal/face-notice.ts';
import { parseLine } from '../../src/terminal/grammar.ts';
import { CONNECTED, START } from './fake-peer.ts';

const here = toMember({ user: 'alice', ip: '127.0.0.1', port: 5_001 });
const there = toMember({ user: 'alice', ip: '192.168.1.7', port: 5_001 });

function invited(status: Partial<typeof CONNECTED>): string[] {
  const parsed = parseLine('/invite');
  if (parsed.kind !== 'query') throw new Error('/invite is a question');
  return describeLines(answerQuery(parsed.query, { ...CONNECTED, ...status }));
}

const server = (host: string, port: number) => ({ host, port, state: 'connected' });

test('at a room server that others reach, it is its address', () => {
  const lines = invited({ self: there, roomServer: server('192.168.1.5', 32_340) });
  expect(lines).toEqual(['Others join you with:', 'p2pchat 192.168.1.5 32340 5001 --room room1']);
});

test('at a room server on this computer whose address others are told, it is ours', () => {
  const lines = invited({ self: there, roomServer: server('127.0.0.1', 4_000) });
  expect(lines[1]).toBe('p2pchat 192.168.1.7 4000 5001 --room room1');
});

test('at a loopback address it says that others can not come from elsewhere', () => {
  const [first, command, more] = invited({ self: here, roomServer: server('localhost', 32_340) });
  expect(first).toBe('Others on this computer join you with:');
  expect(command).toBe('p2pchat --room room1');
  expect(more).toMatch(/^For other computers, run "p2pchat room-server"/);
  expect(invited({ self: here, roomServer: server('127.0.0.1', 4_000) })[1]).toBe(
    'p2pchat 127.0.0.1 4000 5002 --room room1',
  );
});

test('in no room it says how to come into one', () => {
  expect(invited(START)).toEqual(['You are in no room: /join ROOM first.']);
});

test.each(["it's", '$(id)', '`x`', '"a"', 'a;b', 'a&b', '!1', '\\', '*', '#x', '~'])(
  'a room called %s is one word for a shell',
  (room) => {
    const command = invited({ self: there, room, roomServer: server('192.168.1.5', 32_340) })[1] ?? '';
    const echoed = spawnSync('/bin/sh', ['-c', command.replace(/^p2pchat .* --room /, 'printf %s ')]);
    expect(echoed.stdout.toString()).toBe(room);
  },
);
