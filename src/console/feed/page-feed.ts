/**
 * The WebSocket `/console`: tells every page what its peers tell, and hands the commands of pages to the
 * peers. What happens is gathered for `batchMs`; while no page is open nothing is made for one.
 */
import type { Clock, Timer } from '../../io/clock.ts';
import type { SentEvent } from '../inspect/send-event.ts';
import { type ConsoleLimits, PAGE_LIMITS } from '../limits.ts';
import { PageConnection } from '../web/page-connection.ts';
import { parseMessage } from '../web/parse-message.ts';
import type { Viewer } from '../web/viewer.ts';
import type { ViewerHandler } from '../web/viewer-socket.ts';
import type { FollowedPeer } from './followed-peer.ts';
import type { KeptLog } from './kept-log.ts';
import { type ControlAction, type PageMessage, pageMessage, type ServerMessage } from './messages.ts';
import type { RoomControl, RoomState } from './steering.ts';

/** Who does it. */
export interface PeerControl {
  /**
   * MUST NOT block; tells the page by the peer's notices what could not be done. @param peer one of the
   * console's.
   */
  control(peer: string, action: ControlAction): void;
}

/** What the socket needs. */
interface PageFeedPorts {
  readonly clock: Clock;
  readonly limits: ConsoleLimits;
  /** The log of the world that is told now. */
  log(): KeptLog;
  /** What it is called. */
  logName(): string;
  readonly peers: ReadonlyMap<string, FollowedPeer>;
  /** `null` where there is nothing to control: then the console is no demo's. */
  readonly control: PeerControl | null;
  /** `null` where the room is not a simulated one. */
  readonly room: RoomControl | null;
  /**
   * Sends an event to a machine. @param start serial of its actor's start.
   * @returns why it was not sent; `undefined` where it was.
   */
  readonly sendEvent: (start: number, event: SentEvent) => string | undefined;
  readonly roomServer: { readonly host: string; readonly port: number };
  readonly version: string;
}

/** See above. */
export class PageFeed implements ViewerHandler {
  readonly #ports: PageFeedPorts;
  readonly #pages = new Map<Viewer, PageConnection>();
  #peersVersion = 0;
  #batch: Timer | undefined;

  constructor(ports: PageFeedPorts) {
    this.#ports = ports;
  }

  /** Something has happened that pages should hear of. */
  changed(): void {
    if (this.#pages.size === 0 || this.#batch !== undefined) return;
    const { clock, limits } = this.#ports;
    this.#batch = clock.setTimeout(() => this.#tellAll(), limits.batchMs);
  }

  /** The list of peers is another one. */
  peersChanged(): void {
    this.#peersVersion += 1;
    this.changed();
  }

  /** Tells everybody the last of it; nothing is told any more. */
  stop(): void {
    this.#tellAll();
    this.#ports.clock.clearTimeout(this.#batch);
    this.#pages.clear();
  }

  /** All that was told is void: every page is told from the beginning. */
  beginAnew(): void {
    for (const viewer of this.#pages.keys()) this.#greet(viewer);
    this.changed();
  }

  opened(viewer: Viewer): void {
    this.#greet(viewer);
    this.changed();
  }

  received(viewer: Viewer, text: string): void {
    const message = parseMessage(pageMessage, text);
    if (!message) {
      viewer.refuse('this is no message of the page');
      return;
    }
    if (message.type === 'room') {
      if (this.#ports.room) this.#ports.room.act(message.act);
      else viewer.refuse('this is no simulated room');
      return;
    }
    if (message.type === 'event') {
      this.#event(viewer, message);
      return;
    }
    const peer = this.#ports.peers.get(message.peer);
    if (!peer) viewer.refuse('there is no such peer');
    else if (message.type === 'command') this.#command(peer, message);
    else if (this.#ports.control) this.#ports.control.control(peer.id, message.action);
    else viewer.refuse('only the peers of the demo can be controlled');
  }

  ended(viewer: Viewer): void {
    this.#pages.delete(viewer);
  }

  #greet(viewer: Viewer): void {
    viewer.send(JSON.stringify(this.#hello()));
    const { clock, limits, peers, room } = this.#ports;
    const sources = { clock, limits, log: this.#ports.log(), peers, peersVersion: () => this.#peersVersion };
    const whole = room ? { ...sources, room: () => fieldsOf(room.state()) } : sources;
    this.#pages.set(viewer, new PageConnection(viewer, whole));
  }

  #command(peer: FollowedPeer, { command }: Extract<PageMessage, { type: 'command' }>): void {
    const problem = peer.send(command);
    if (problem !== undefined) peer.report(problem);
  }

  #event(viewer: Viewer, { start, event }: Extract<PageMessage, { type: 'event' }>): void {
    const reason = this.#ports.sendEvent(start, event);
    if (reason === undefined) return;
    const atMs = this.#ports.clock.timeOfDay();
    const refused: ServerMessage = { type: 'refused', start, event: event.type, reason, atMs };
    viewer.send(JSON.stringify(refused));
  }

  #hello(): ServerMessage {
    const { limits, peers, control, roomServer, version } = this.#ports;
    return {
      ...{ type: 'hello', version, log: this.#ports.logName() },
      isDemo: control !== null,
      isRecording: false,
      roomServer: { host: roomServer.host, port: roomServer.port },
      peers: [...peers.values()].map((peer) => peer.describe()),
      keeps: {
        notices: limits.noticesMax,
        frames: limits.framesMax,
        drops: limits.dropsMax,
        changes: PAGE_LIMITS.changesMax,
        happenings: PAGE_LIMITS.happeningsMax,
      },
    };
  }

  #tellAll(): void {
    this.#batch = undefined;
    const isMore = [...this.#pages.values()].map((page) => page.tell());
    if (isMore.includes(true)) this.changed();
  }
}

/** What a simulated room is, field by field. */
function fieldsOf(room: RoomState): ReadonlyMap<string, string> {
  return new Map(Object.entries(room).map(([field, value]) => [field, JSON.stringify(value)]));
}
