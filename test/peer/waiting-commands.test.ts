import { describe, expect, test } from 'vitest';
import { WaitingCommands } from '../../src/peer/waiting-commands.ts';
import { FakePeer } from '../terminal/fake-peer.ts';

const said = (text: string) => ({ type: 'SEND', text }) as const;

describe('commands of a face that can not stop its input', () => {
  test('go on at once while the links take more', () => {
    const peer = new FakePeer();
    const commands = new WaitingCommands(peer, 2);
    expect(commands.send(said('one'))).toBe(true);
    expect([peer.commands, commands.count]).toEqual([[said('one')], 0]);
  });

  test('wait while the links are full, and go on in order as soon as they are not', () => {
    const peer = new FakePeer();
    const commands = new WaitingCommands(peer, 3);
    peer.intake = 'busy';
    commands.send(said('one'));
    commands.send({ type: 'LIST' });
    peer.changes.next();
    expect([peer.commands, commands.count]).toEqual([[], 2]);
    peer.intake = 'open';
    // What comes now must not overtake what waits.
    commands.send(said('three'));
    expect(peer.commands).toEqual([]);
    peer.changes.next();
    expect(peer.commands).toEqual([said('one'), { type: 'LIST' }, said('three')]);
  });

  test('are refused when too many wait; Quit never waits', () => {
    const peer = new FakePeer();
    peer.onCommand = () => {};
    const commands = new WaitingCommands(peer, 1);
    peer.intake = 'busy';
    expect([commands.send(said('one')), commands.send(said('two'))]).toEqual([true, false]);
    expect(commands.send({ type: 'QUIT' })).toBe(true);
    expect(peer.commands).toEqual([{ type: 'QUIT' }]);
  });

  test('are forgotten at the end', () => {
    const peer = new FakePeer();
    const commands = new WaitingCommands(peer, 1);
    peer.intake = 'busy';
    commands.send(said('one'));
    commands.stop();
    peer.intake = 'open';
    peer.changes.next();
    expect([peer.commands, commands.count]).toEqual([[], 0]);
  });
});
