/** Notices, peers and a first message of the server for the tests of the page. */
import type { ConsoleNotice, ConsolePeer } from '../../../src/console/feed/messages.ts';
import type { Hello } from '../../../src/console/page/state/store.ts';

/** A line of the Message window. */
export function notice(serial: number, more: Partial<ConsoleNotice> = {}): ConsoleNotice {
  return {
    serial,
    causedBy: null,
    peer: 'peer-1',
    atMs: 1_000 * serial,
    windows: ['message'],
    type: 'text',
    text: `text ${serial}`,
    speaker: 'bob',
    isOwn: false,
    ...more,
  };
}

/** A running peer. */
export function consolePeer(id: string, more: Partial<ConsolePeer> = {}): ConsolePeer {
  return { id, label: id, isRunning: true, isSplitOff: false, ...more };
}

/** The server's first message. */
export function hello(
  peers: readonly string[],
  keeps = { notices: 3, frames: 3, drops: 3, changes: 100, happenings: 3 },
): Hello {
  return {
    type: 'hello',
    log: 'log',
    version: '0.1.0',
    isRecording: false,
    isDemo: peers.length > 1,
    roomServer: { host: '127.0.0.1', port: 32_340 },
    peers: peers.map((id) => consolePeer(id)),
    keeps,
  };
}
