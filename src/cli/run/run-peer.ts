/**
 * Composes a peer: real network, real clock, the room server of this program where none is running, a
 * terminal face.
 */
import { catchError, firstValueFrom, map, of, ReplaySubject, throwError } from 'rxjs';
import type { WebConsole } from '../../console/web/web-console.ts';
import { type Endpoint, type Network, NetworkError } from '../../io/network.ts';
import { createNodeNetwork } from '../../io/node/node-network.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import { systemRandom } from '../../io/node/system-random.ts';
import type { RoomLog } from '../../log/room-log.ts';
import { openOwnEndpoint } from '../../peer/own-endpoint.ts';
import { assemblePeer } from '../../peer/peer.ts';
import type { Peer } from '../../peer/peer-api.ts';
import { LOOPBACK } from '../../protocol/names.ts';
import { type RunningRoomServer, startRoomServer } from '../../room-server/room-server.ts';
import type { LineModeOptions } from '../../terminal/lines/line-mode.ts';
import type { ReplOptions } from '../../terminal/repl/repl.ts';
import type { PeerArguments } from '../arguments.ts';
import { EXIT } from '../errors.ts';
import { openStandardOutput, type StandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import { onLastResort } from '../process/trouble.ts';
import { capturedWires } from '../record/captured.ts';
import type { Recording } from '../record/open-recording.ts';
import { type ProgramLimits, programLimits } from '../settings/limits-override.ts';
import { DEFAULT_PORTS, ROOM_SERVER_PORT } from '../values/addresses.ts';
import { type Inspection, openInspection, openRoomLog } from './inspection.ts';
import { openConsole } from './open-console.ts';

/** Sentences of before there is a face. */
const TROUBLES_KEPT_MAX = 16;
/** What this peer is called in its console and its recording. */
const OWN_PARTY = 'peer-1';

/** Runs a peer until it has quit and released everything. */
export async function runPeer(given: PeerArguments): Promise<void> {
  const limits = await programLimits(process.env);
  const isSeen = given.web !== undefined || given.record !== undefined || given.log !== undefined;
  const inspection = isSeen ? openInspection() : null;
  try {
    const room = inspection && (await openLog(given, limits, inspection));
    const web = inspection && room && (await openWeb(given, limits, { inspection, room }));
    try {
      await runWith(given, limits, { room, web });
    } finally {
      await web?.close();
      room?.stop();
    }
  } finally {
    inspection?.release();
  }
}

/** Who looks into the peer. */
interface Watchers {
  /** What happens; nothing where nobody looks. */
  readonly room: RoomLog | null;
  readonly web: WebConsole | null;
}

function openLog(
  { record }: PeerArguments,
  { console: limits }: ProgramLimits,
  { registry }: Inspection,
): Promise<RoomLog> {
  return openRoomLog(registry, { isRecorded: record !== undefined, limits });
}

async function openWeb(
  given: PeerArguments,
  { console: limits }: ProgramLimits,
  { inspection, room: log }: { readonly inspection: Inspection; readonly room: RoomLog },
): Promise<WebConsole | null> {
  if (given.web === undefined) return null;
  const { registry } = inspection;
  const common = { limits, control: null, registry, log };
  return openConsole({ port: given.web, roomServer: roomServerOf(given), ...common });
}

async function openRecord(given: PeerArguments, tell: (sentence: string) => void): Promise<Recording | null> {
  if (given.record === undefined) return null;
  const { openRecording } = await import('../record/open-recording.ts');
  return openRecording(given.record, given, { source: 'peer', tell });
}

async function openTranscript({ transcript }: PeerArguments, { tell }: Told) {
  if (transcript === undefined) return null;
  const { Transcript } = await import('../log/transcript.ts');
  return new Transcript(transcript, { clock: systemClock, tell });
}

/** Who is told of what goes wrong. */
interface Told {
  tell(sentence: string): void;
}

async function runWith(given: PeerArguments, limits: ProgramLimits, { room, web }: Watchers): Promise<void> {
  // What goes wrong before there is a face is told when there is one.
  const troubles = new ReplaySubject<string>(TROUBLES_KEPT_MAX);
  const ports = { clock: systemClock, tell: (sentence: string) => troubles.next(sentence) };
  const log = given.log === undefined ? null : (await import('../log/log.ts')).openLog(given.log, ports);
  if (room) log?.followMachines(room);
  const transcript = await openTranscript(given, ports);
  const recording = await openRecord(given, ports.tell);
  if (recording) room?.tellTo(recording.sink);
  const party = room?.party(OWN_PARTY);
  // A log file is told of frames by the peer itself, and of timers by nobody.
  const watching = web || recording ? party : undefined;
  const real = createNodeNetwork({ closeGraceMs: limits.peer.closeGraceMs, tell: ports.tell });
  const { closeGraceMs } = limits.peer;
  const wires = await capturedWires(real, given, { closeGraceMs, tell: ports.tell });
  const network = watching?.network(wires) ?? wires;
  const roomServer = roomServerOf(given);
  const ownServer =
    given.addresses === null && !given.server ? await serverIfNoneRuns(wires, roomServer, limits) : null;
  const { advertise } = given;
  const where = { roomServer, advertise, ports: given.addresses ? [given.addresses.port] : DEFAULT_PORTS };
  const endpoint = await firstValueFrom(openOwnEndpoint(network, where));
  const created = assemblePeer({
    network,
    clock: watching?.clock(systemClock) ?? systemClock,
    random: systemRandom,
    limits: limits.peer,
    endpoint,
    roomServer,
    advertise,
    allowUtf8: given.utf8,
    isCatchingUp: given.catchUp,
    strictSource: given.strictSource,
    isInspected: room !== null,
  });
  const peer = party?.follow(created) ?? created;
  web?.add(OWN_PARTY, 'peer 1').follow(peer);
  log?.followPeer(peer);
  transcript?.follow(peer);
  const release = onStopSignal(() => peer.send({ type: 'QUIT' }), given.stay);
  const output = openStandardOutput();
  const settle = onLastResort((error) => {
    log?.fault(error);
    peer.send({ type: 'QUIT' });
  });
  // Ahead of the face, which asks it whether a Join that was refused is tried again.
  const join = given.retry
    ? (await import('../process/retried-join.ts')).retriedJoin(peer, given, limits, ports)
    : null;
  const face = await openFace(peer, given, output, troubles, join);
  peer.start([
    ...(ownServer ? [{ window: 'command', type: 'room server started', ...ownServer.address } as const] : []),
    ...(web ? [{ window: 'command', type: 'console opened', url: web.url } as const] : []),
  ]);
  if (given.name !== undefined) peer.send({ type: 'USER', name: given.name });
  if (given.room !== undefined) peer.send({ type: 'JOIN', room: given.room });
  // What reached nobody, or was refused, is no success: scripts go by the exit code.
  if ((await face.ended) > 0) process.exitCode = EXIT.couldNotRun;
  release();
  ownServer?.stop();
  log?.close();
  transcript?.close();
  room?.stop();
  recording?.close();
  settle();
  await output.finish();
}

/**
 * A terminal that can be drawn on gets the REPL; a pipe or a file on either side, and TERM=dumb, the line
 * mode, which writes no escape codes and leaves the editing of a line to the terminal. Each face is loaded
 * only where it is used. `ended` tells how many messages have reached nobody when the input was over, and how
 * many other lines were refused; a person was told so at once.
 */
async function openFace(
  peer: Peer,
  { json, color, notify, quiet = false, stay: stays }: PeerArguments,
  { stream: output, isPipe }: StandardOutput,
  troubles: ReplOptions['troubles'],
  join: LineModeOptions['join'] | null,
): Promise<{ ended: Promise<number> }> {
  const { stdin: input, env } = process;
  const view = { isQuiet: quiet, ...(notify ? { callFor: notify } : {}) };
  const face = { input, output, troubles, clock: systemClock, view };
  const canDraw = input.isTTY && output.isTTY === true && env.TERM !== 'dumb';
  if (!canDraw || json) {
    const { runLineMode } = await import('../../terminal/lines/line-mode.ts');
    const options = { ...face, json, stays, isOutputAwaited: isPipe, ...(join ? { join } : {}) };
    if (!json) return { ended: runLineMode(peer, options) };
    const { parseJsonLine } = await import('../../terminal/lines/json-command.ts');
    return { ended: runLineMode(peer, { ...options, parse: parseJsonLine }) };
  }
  const { runRepl } = await import('../../terminal/repl/repl.ts');
  return { ended: runRepl(peer, { ...face, color, env }).then(() => 0) };
}

function roomServerOf({ addresses, server }: PeerArguments): Endpoint {
  if (addresses === null) return server ?? { host: LOOPBACK, port: ROOM_SERVER_PORT };
  return { host: addresses.roomServerHost, port: addresses.roomServerPort };
}

/** Starts the embedded room server where nothing listens; `null` where somebody does. */
async function serverIfNoneRuns(
  network: Network,
  at: Endpoint,
  { peer, roomServer: limits }: ProgramLimits,
): Promise<RunningRoomServer | null> {
  const probe = network.connect(at, peer.connectTimeoutMs).pipe(
    map((connection) => {
      connection.end();
      return true;
    }),
    catchError((error: unknown) =>
      error instanceof NetworkError && error.kind === 'refused' ? of(false) : throwError(() => error),
    ),
  );
  if (await firstValueFrom(probe)) return null;
  const starting = startRoomServer({ network, clock: systemClock, limits, ...at }).pipe(
    // Two programs started at once: the other one was faster, and that is as good.
    catchError((error: unknown) =>
      error instanceof NetworkError && error.kind === 'in use' ? of(null) : throwError(() => error),
    ),
  );
  return firstValueFrom(starting);
}
