/** Goal: an author is told of each of its messages that may have reached nobody, and of no other. */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { OwnMessages } from '../../../src/relay/mending/own-messages.ts';

const NOTHING = { count: 0, last: '' };

function own(unconfirmedMax = PEER_LIMITS.unconfirmedMax): OwnMessages {
  return new OwnMessages({ unconfirmedMax });
}

describe('a message', () => {
  test('that was written to no link is in doubt from the beginning', () => {
    const messages = own();
    messages.said(1, ['a', 'b'], []);
    messages.said(3, ['c'], []);
    expect(messages.inDoubt).toEqual({ count: 3, last: 'c' });
  });

  test('is in doubt when the last of the links that it was written to is dead', () => {
    const messages = own();
    messages.said(1, ['hello'], ['x', 'y']);
    expect(messages.inDoubt).toEqual(NOTHING);
    expect(messages.linkEnded('x', true)).toBeNull();
    expect(messages.linkEnded('z', true)).toBeNull();
    expect(messages.linkEnded('y', true)).toEqual({ count: 1, last: 'hello' });
    expect(messages.inDoubt).toEqual({ count: 1, last: 'hello' });
    expect(messages.linkEnded('y', true)).toBeNull();
  });

  test('has arrived when something comes back over one of its links', () => {
    const messages = own();
    messages.said(1, ['hello'], ['x', 'y']);
    messages.heard('z');
    messages.heard('x');
    expect(messages.linkEnded('x', true)).toBeNull();
    expect(messages.linkEnded('y', true)).toBeNull();
    expect(messages.inDoubt).toEqual(NOTHING);
  });

  test('has arrived where its last link was closed and not broken', () => {
    const messages = own();
    messages.said(1, ['hello'], ['x', 'y']);
    expect(messages.linkEnded('x', true)).toBeNull();
    expect(messages.linkEnded('y', false)).toBeNull();
    expect(messages.inDoubt).toEqual(NOTHING);
    expect(messages.sentAgain('z', new Set([1]))).toBeNull();
  });

  test('is gathered with the others that are in doubt by the same end; the last is named', () => {
    const messages = own();
    messages.said(1, ['a', 'b'], ['x']);
    messages.said(3, ['c'], ['x', 'y']);
    messages.said(4, ['d'], ['x']);
    expect(messages.linkEnded('x', true)).toEqual({ count: 3, last: 'd' });
  });
});

describe('sent again', () => {
  test('a message is in doubt no more, and again when that link is dead, too', () => {
    const messages = own();
    messages.said(1, ['a'], []);
    messages.said(2, ['b'], ['x']);
    messages.said(3, ['c'], ['x']);
    messages.linkEnded('x', true);
    expect(messages.sentAgain('y', new Set([1, 2]))).toEqual({ count: 2, last: 'b' });
    expect(messages.inDoubt).toEqual({ count: 1, last: 'c' });
    expect(messages.sentAgain('y', new Set([1, 2]))).toBeNull();
    expect(messages.linkEnded('y', true)).toEqual({ count: 2, last: 'b' });
  });

  test('a message that was not in doubt has one link more', () => {
    const messages = own();
    messages.said(1, ['a'], ['x']);
    expect(messages.sentAgain('y', new Set([1]))).toBeNull();
    expect(messages.linkEnded('x', true)).toBeNull();
    expect(messages.linkEnded('y', true)).toEqual({ count: 1, last: 'a' });
  });

  test('what has arrived meanwhile is not told', () => {
    const messages = own();
    messages.said(1, ['a'], ['x']);
    messages.linkEnded('x', true);
    messages.sentAgain('y', new Set([1]));
    messages.heard('y');
    expect(messages.linkEnded('y', true)).toBeNull();
    expect(messages.inDoubt).toEqual(NOTHING);
  });

  test('messages that were said together stay in doubt together, until the first of them is sent, too', () => {
    const messages = own();
    messages.said(1, ['a', 'b', 'c'], []);
    expect(messages.sentAgain('y', new Set([2, 3]))).toBeNull();
    expect(messages.inDoubt).toEqual({ count: 3, last: 'c' });
    expect(messages.sentAgain('y', new Set([1]))).toEqual({ count: 3, last: 'c' });
    expect(messages.inDoubt).toEqual(NOTHING);
  });
});

test('of more than 1,000 records the oldest is told no more', () => {
  const messages = own();
  for (let msgId = 1; msgId <= 1_000; msgId += 1) messages.said(msgId, [`number ${msgId}`], []);
  expect(messages.inDoubt).toEqual({ count: 1_000, last: 'number 1000' });
  messages.said(1_001, ['one more'], []);
  expect(messages.inDoubt).toEqual({ count: 1_000, last: 'one more' });
  expect(messages.sentAgain('x', new Set([1]))).toBeNull();
  expect(messages.sentAgain('x', new Set([2]))).toEqual({ count: 1, last: 'number 2' });
});
