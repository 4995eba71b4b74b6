/** Goal: every frame has words for the log, and they fit on one line. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeFrame } from '../../src/protocol/frames.ts';
import { frame } from './tools/arbitraries.ts';

test('a frame is described in one line that begins with its kind', () => {
  fc.assert(
    fc.property(frame, (given) => {
      expect(describeFrame(given).startsWith(given.kind)).toBe(true);
      expect(describeFrame(given)).not.toMatch(/[\r\n]|undefined/);
    }),
  );
});

test('the words hold what tells one frame from another', () => {
  const alice = { room: 'room', user: 'alice', ip: '127.0.0.1', port: 5001 };
  expect(describeFrame({ kind: 'JOIN', ...alice })).toBe('JOIN room alice 127.0.0.1:5001');
  expect(describeFrame({ kind: 'FAIL', message: 'no' })).toBe('FAIL no');
  expect(describeFrame({ kind: 'HANDSHAKE OK', msgId: 3 })).toBe('HANDSHAKE OK msgID 3');
  expect(describeFrame({ kind: 'POKE', room: 'room', user: 'bob' })).toBe('POKE room bob');
  expect(describeFrame({ kind: 'GROUPS', rooms: ['a', 'b'] })).toBe('GROUPS 2 rooms');
  expect(describeFrame({ kind: 'MEMBERS', msid: '12', members: [alice] })).toBe('MEMBERS 1 members, MSID 12');
});
