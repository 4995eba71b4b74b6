/**
 * The web console over a recording: the same page, with nobody behind it. Whoever opens it is let in as to
 * any console.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../io/clock.ts';
import type { LogEntry } from '../../log/entry.ts';
import { pageMessage, type ServerMessage } from '../feed/messages.ts';
import { type InspectMessage, viewerEvent, viewerMessage } from '../inspect/inspect-messages.ts';
import type { ConsoleLimits } from '../limits.ts';
import { parseMessage } from '../web/parse-message.ts';
import { Site } from '../web/site.ts';
import { ViewerSocket } from '../web/viewer-socket.ts';
import { openWebServer } from '../web/web-server.ts';
import { RecordedRoom } from './recorded-room.ts';
import { ReplaySocket } from './replay-socket.ts';

/** What it is made of. */
export interface ReplayOptions {
  readonly entries: readonly LogEntry[];
  readonly clock: Clock;
  readonly limits: ConsoleLimits;
  /** Of the page; 0 takes any free one. */
  readonly port: number;
  /** Directory of the built page. */
  readonly page: string;
  /** Of the program. */
  readonly version: string;
  /** The lesson to begin with, where this is the world of the lessons. */
  readonly lesson?: string;
}

/** A recording that can be looked at. */
export interface Replay {
  /** What to open in a browser; whoever has it is let in. */
  readonly url: string;
  /** Resolves when all is released. */
  close(): Promise<void>;
}

/** Opens it. Rejects with a NetworkError where the port can't be had. */
export async function openReplay({ entries, ...options }: ReplayOptions): Promise<Replay> {
  const { clock, limits, port, page, version, lesson } = options;
  const room = new RecordedRoom(entries, limits);
  const { peers, roomServer, counts: keeps } = room;
  const kind = { isDemo: false, isRecording: true, ...(lesson === undefined ? {} : { lesson }) };
  const log = randomUUID();
  const hello: ServerMessage = { type: 'hello', version, log, ...kind, roomServer, peers, keeps };
  const pages = new ReplaySocket({
    clock,
    beginsAtOnce: true,
    *messages() {
      yield hello;
      yield* room.pageMessages(limits.entriesPerBatchMax);
    },
    heard: (text) => refusedEvent(text, clock.timeOfDay()),
  });
  const machines = new ReplaySocket({
    clock,
    beginsAtOnce: false,
    messages: () => room.inspectMessages(),
    heard: (text) => answerOf(text, clock.timeOfDay()),
  });
  return openWebServer({
    port,
    limits,
    site: new Site(page),
    console: new ViewerSocket({ clock, limits, handler: pages }),
    inspect: new ViewerSocket({ clock, limits, handler: machines }),
  });
}

/** What the page of a recording is told of an event that it sends; all else it may not say. */
function refusedEvent(text: string, atMs: number): ServerMessage | undefined {
  const message = parseMessage(pageMessage, text);
  if (message?.type !== 'event') return undefined;
  const { start, event } = message;
  return { type: 'refused', start, event: event.type, reason: TAKES_NOTHING, atMs };
}

const TAKES_NOTHING = 'this is a recording: its machines take nothing';

/** A machine of a recording takes no event. */
function answerOf(text: string, atMs: number): 'begin' | InspectMessage | undefined {
  const message = parseMessage(viewerMessage, text);
  if (message?.type === 'xstate.inspecting') return 'begin';
  const event = message && parseMessage(viewerEvent, message.event);
  if (!event) return undefined;
  const { origin: sessionId, data } = event;
  return { type: 'service.refused', sessionId, event: data.type, reason: TAKES_NOTHING, atMs };
}
