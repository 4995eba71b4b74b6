import { describe, expect, it } from 'vitest';
import {
  fitLabel,
  frameLabel,
  shorten,
} from '../../../../src/console/page/views/sequence/diagram/frame-label.ts';
import type { Frame } from '../../../../src/protocol/frames.ts';
import { consoleFrame, member, partyOf, ROOM_SERVER, text } from '../made-up.ts';

const alice = member('alice', 5_001);
const bob = member('bob', 5_002);

describe('frameLabel', () => {
  it.each<[Frame, string, string]>([
    [{ kind: 'LIST' }, 'LIST', ''],
    [{ kind: 'GROUPS', rooms: ['tea', 'milk'] }, 'GROUPS 2', 'tea, milk'],
    [{ kind: 'JOIN', room: 'tea', ...alice }, 'JOIN tea', ''],
    [{ kind: 'MEMBERS', msid: '1', members: [alice, bob] }, 'MEMBERS 2', 'alice, bob'],
    [{ kind: 'FAIL', message: 'Wrong format!!' }, 'FAIL', 'Wrong format!!'],
    [{ kind: 'HANDSHAKE', room: 'tea', ...alice, msgId: 7 }, 'HANDSHAKE alice #7', ''],
    [{ kind: 'HANDSHAKE OK', msgId: 0 }, 'HANDSHAKE OK #0', ''],
    [text(alice, 3, 'come over'), 'TEXT alice #3', 'come over'],
    [{ kind: 'POKE', room: 'tea', user: 'alice' }, 'POKE alice', ''],
    [{ kind: 'ACK' }, 'ACK', ''],
    [{ kind: 'DEPART', room: 'tea', ...alice }, 'DEPART tea', ''],
    [{ kind: 'DEPART OK' }, 'DEPART OK', ''],
  ])('$0.kind is labelled with its essence', (frame, head, tail) => {
    expect(frameLabel(consoleFrame(frame, ROOM_SERVER))).toEqual({ head, tail });
  });

  it('writes out what could reorder or hide text', () => {
    const label = frameLabel(consoleFrame(text(alice, 1, 'a\u202eb\u0007'), partyOf(bob)));
    expect(label.tail).toBe('a\\u{202e}b^G');
  });

  it('counts the members of a long MEMBERS as at least so many', () => {
    const whole = consoleFrame({ kind: 'MEMBERS', msid: '1', members: [alice, bob] }, ROOM_SERVER);
    expect(frameLabel({ ...whole, size: whole.size + 100 }).head).toBe('MEMBERS 2+');
  });
});

describe('fitLabel', () => {
  it('cuts the tail first, then the head', () => {
    const label = { head: 'TEXT alice #3', tail: 'come over' };
    expect(fitLabel(label, 40)).toEqual(label);
    expect(fitLabel(label, 19)).toEqual({ head: 'TEXT alice #3', tail: 'come…' });
    expect(fitLabel(label, 16)).toEqual({ head: 'TEXT alice #3', tail: '' });
    expect(fitLabel(label, 8)).toEqual({ head: 'TEXT al…', tail: '' });
  });

  it('never makes text longer than asked', () => {
    for (let characters = 0; characters < 12; characters += 1)
      expect(shorten('some words', characters).length).toBeLessThanOrEqual(characters);
  });
});
