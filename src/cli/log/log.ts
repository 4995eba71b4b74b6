/**
 * The structured log: one JSON object a line. Everything that came from the network is made harmless before
 * it is written, so that a log can be read in a terminal, and so much of it in a second (log-lines.ts).
 */

import pino from 'pino';
import { VIA_DATAGRAM } from '../../actors/endpoint.ts';
import type { Trace } from '../../feed/trace.ts';
import { LOG_FRAME_MAX_BYTES } from '../../limits/program.ts';
import type { RoomLog } from '../../log/room-log.ts';
import type { Peer } from '../../peer/peer-api.ts';
import type { FrameView } from '../../protocol/frame-view.ts';
import { describeFrame } from '../../protocol/frames.ts';
import { readFrame } from '../../protocol/read-frame.ts';
import { describeRoomServerEvent, type RoomServerEvent } from '../../room-server/events.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { harmless } from '../../words/harmless.ts';
import { describe, type Notice } from '../../words/notices.ts';
import { LogFile, type LogFilePorts } from './log-file.ts';
import { LogLines } from './log-lines.ts';
import { machineLines } from './log-machines.ts';

/** A log that is open. */
export interface Log {
  /**
   * Follows a peer to its end: notices at info (losses and refusals at warn), frames and drops at debug.
   */
  followPeer(peer: Peer): void;
  /** Follows the machines of a room: what they do at debug. */
  followMachines(room: Pick<RoomLog, 'tellTo'>): void;
  /** Joins and ends at info, troubles at warn, mere requests at debug. */
  roomServerEvent(event: RoomServerEvent): void;
  /** An exception that nobody caught, with its stack. */
  fault(error: Error): void;
  /** Closes the file. */
  close(): void;
}

/**
 * Opens a log for appending. Once it is open, nothing that happens to it throws.
 * @throws CannotRunError if the file can't be written.
 */
export function openLog(path: string, ports: LogFilePorts): Log {
  const destination = open(path, ports);
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
  const lines = new LogLines(logger, ports.clock);
  return {
    followPeer: (peer) => {
      peer.notices.subscribe((notice) => logNotice(lines, notice));
      peer.trace.subscribe((trace) => logTrace(lines, trace));
      peer.terminated.subscribe(() => {
        lines.finish();
        logger.info({ counters: peer.status().counters }, 'terminated');
      });
    },
    followMachines: (room) => room.tellTo(machineLines(lines)),
    roomServerEvent: (event) => {
      const words = () => harmless(describeRoomServerEvent(event));
      lines.write(levelOf(event), event.type, () => [roomServerFields(event), words()]);
    },
    fault: ({ name, message, stack }) => {
      logger.fatal({ name, stack: harmless(stack ?? '') }, harmless(message));
    },
    close: () => {
      lines.finish();
      destination.close();
    },
  };
}

function open(path: string, ports: LogFilePorts): LogFile {
  try {
    return new LogFile(path, ports);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CannotRunError(`Cannot write the log ${path}: ${reason}.`, { cause });
  }
}

const WARNED: readonly Notice['type'][] = ['refused', 'room server lost', 'fault'];

/** Which field it is, and the bytes of the frame; nothing of them where the fault is of no frame. */
function faultFields({ neighbour, kind, field, bytes }: Extract<Notice, { type: 'fault' }>): object {
  return { neighbour: harmless(neighbour), kind: harmless(kind), ...wrongBytes(field, bytes) };
}

function wrongBytes(field: string | null = null, bytes: string | null = null): object {
  return { ...(field === null ? {} : { field }), ...(bytes === null ? {} : { bytes: harmless(bytes) }) };
}

function logNotice(lines: LogLines, notice: Notice): void {
  const level = WARNED.includes(notice.type) ? 'warn' : 'info';
  const { window, type } = notice;
  const source = notice.type === 'text' ? `text ${notice.originHid}` : type;
  const fault = () => (notice.type === 'fault' ? faultFields(notice) : {});
  lines.write(level, source, () => [{ window, type, ...fault() }, harmless(describe(notice))]);
}

const TROUBLES: readonly RoomServerEvent['type'][] = [
  ...([
    'stalled',
    'flooding',
    'turned away',
    'store lost',
    'store failed',
    'store refuses',
    'store evicts',
    'store clock stepped',
  ] as const),
];

function levelOf({ type }: RoomServerEvent): 'debug' | 'info' | 'warn' {
  if (type === 'listed' || type === 'refreshed') return 'debug';
  return TROUBLES.includes(type) ? 'warn' : 'info';
}

/**
 * What a program may look for; the names in it have passed the protocol's own check, the rest is in the
 * words.
 */
function roomServerFields(event: RoomServerEvent): object {
  switch (event.type) {
    case 'joined':
    case 'refreshed':
    case 'departed':
    case 'expired': {
      const { type, connection, room, member } = event;
      return { type, connection, room, ...member };
    }
    case 'refused': {
      const { type, connection, asked, because } = event;
      return { type, connection, asked, because };
    }
    case 'connected':
    case 'closed': {
      const { type, connection, remote } = event;
      return { type, connection, remote };
    }
    default:
      return { type: event.type };
  }
}

/** One line each, of frames, too. */
function logTrace(lines: LogLines, trace: Trace): void {
  switch (trace.type) {
    case 'frames': {
      const source = sourceOf(trace);
      for (const frame of trace.frames)
        lines.write('debug', source, () => [frameFields(trace, frame), 'frame']);
      break;
    }
    case 'dropped': {
      const { kind, via, what, field, bytes } = trace;
      lines.write('debug', `dropped ${via}`, () => [
        { kind, via, what: harmless(what), ...wrongBytes(field, bytes) },
        trace.type,
      ]);
      break;
    }
  }
}

/** Anybody sends datagrams: who has a share of its own is the address. */
function sourceOf({ direction, via, remote }: Extract<Trace, { type: 'frames' }>): string {
  return `${direction} ${via === VIA_DATAGRAM ? remote.slice(0, remote.lastIndexOf(':')) : via}`;
}

function frameFields(trace: Extract<Trace, { type: 'frames' }>, { bytes }: FrameView): object {
  const { direction, via, remote } = trace;
  const shown = harmless(bytes.toString('latin1', 0, LOG_FRAME_MAX_BYTES));
  const cut = bytes.length > LOG_FRAME_MAX_BYTES ? { ofBytes: bytes.length } : {};
  return { direction, via, remote, frame: frameWords(bytes), bytes: shown, ...cut };
}

function frameWords(bytes: Buffer): string {
  const frame = readFrame(bytes);
  return frame ? harmless(describeFrame(frame)) : 'malformed';
}
