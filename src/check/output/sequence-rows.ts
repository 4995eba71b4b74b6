/**
 * Frames of a case as rows of the console's sequence view: the program stands where the console has its peer.
 */
import type { ConsoleFrame, Party } from '../../console/feed/messages.ts';
import type { Lifeline } from '../../console/page/views/sequence/diagram/lifelines.ts';
import { SERVER_KEY } from '../../console/page/views/sequence/diagram/parties.ts';
import type { ShownFrame } from '../../console/page/views/sequence/filters.ts';
import { ROOM_SERVER } from '../stage/room-server-part.ts';
import { PROGRAM } from '../wire/tape.ts';
import type { TapedFrame } from './frames-of.ts';

/** Rows and the lifelines that they run between. */
interface SequenceRows {
  readonly rows: readonly ShownFrame[];
  readonly lifelines: readonly Lifeline[];
}

/** The rows of these frames. */
export function rowsOf(frames: readonly TapedFrame[]): SequenceRows {
  const others = new Map<string, string>();
  const rows = frames.map(({ entry, frame }, serial): ShownFrame => {
    const isOut = entry.from === PROGRAM;
    const name = isOut ? entry.to : entry.from;
    const end = isOut ? entry.target : entry.source;
    if (name !== ROOM_SERVER) others.set(name, `${end.host}:${end.port}`);
    const party: Party =
      name === ROOM_SERVER ? { kind: 'room server' } : { kind: 'member', hid: name, user: name };
    const shown: ConsoleFrame = {
      serial,
      causedBy: null,
      atMs: entry.timeMs,
      peer: PROGRAM,
      direction: isOut ? 'out' : 'in',
      party,
      via: entry.transport === 'UDP' ? 'datagram' : `connection ${entry.connection}`,
      kind: frame.kind,
      bytes: frame.bytes.toString('base64'),
      size: frame.bytes.length,
      message: null,
    };
    const partyKey = name === ROOM_SERVER ? SERVER_KEY : name;
    return { frame: shown, partyKey, partyName: name, isDuplicate: false, keepalives: 0 };
  });
  const line = (kind: Lifeline['kind'], key: string, note: string): Lifeline => ({
    key,
    kind,
    name: key,
    note,
    isGone: false,
  });
  const lifelines = [
    line('room server', SERVER_KEY, 'the tester'),
    line('self', PROGRAM, 'what is tested'),
    ...[...others].map(([name, note]) => line('member', name, note)),
  ];
  return { rows, lifelines };
}
