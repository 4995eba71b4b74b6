/**
 * The web console: one page over one peer (`--web`) or several (the demo), and the inspection of their
 * machines. Opened before its peers start; without one nothing of all this is even loaded.
 */
import { randomUUID } from 'node:crypto';
import { BehaviorSubject, switchAll } from 'rxjs';
import type { Clock } from '../../io/clock.ts';
import type { RoomLog } from '../../log/room-log.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { FollowedPeer } from '../feed/followed-peer.ts';
import { KeptLog } from '../feed/kept-log.ts';
import { PageFeed, type PeerControl } from '../feed/page-feed.ts';
import type { RoomControl } from '../feed/steering.ts';
import { Inspector, type InspectorPorts } from '../inspect/inspector.ts';
import { sendEvent } from '../inspect/send-event.ts';
import type { ConsoleLimits } from '../limits.ts';
import { Site } from './site.ts';
import { ViewerSocket } from './viewer-socket.ts';
import { openWebServer } from './web-server.ts';

/** What a console is made of. */
export interface WebConsoleOptions {
  readonly clock: Clock;
  readonly limits: ConsoleLimits;
  /** Of the page; 0 takes any free one. */
  readonly port: number;
  /** Directory of the built page. */
  readonly page: string;
  /** Of the program. */
  readonly version: string;
  readonly roomServer: { readonly host: string; readonly port: number };
  /** `null` unless its peers can be killed and cut off. */
  readonly control: PeerControl | null;
  /** `null` unless the room is a simulated one. */
  readonly room?: RoomControl | null;
  /** See `InspectorPorts`. */
  readonly deliver?: InspectorPorts['deliver'];
  /** Where the interpreters of its peers register: installed before they start. */
  readonly registry: ServiceRegistry;
  /** The log of its peers, from now on. */
  readonly log: RoomLog;
}

/** A console that is open. */
export interface WebConsole {
  /** What to open in a browser; whoever has it is let in. */
  readonly url: string;
  /**
   * Makes a place for a peer; it follows nobody yet.
   * @param id unique in this console, at most 32 characters; its party in the log.
   * @param label what the peer is called before it has a nickname.
   */
  add(id: string, label: string): FollowedPeer;
  /** Something has changed in a simulated room. */
  roomChanged(): void;
  /**
   * All that was told is void, because a simulated room was rewound: what is told from now on is this log,
   * which has no entries yet.
   */
  beginAnew(log: RoomLog): void;
  /** Tells the pages the last of it and ends everything; resolves when all is released. */
  close(): Promise<void>;
}

/**
 * Opens a console. Rejects with a NetworkError where the port can't be had.
 */
export async function openWebConsole(options: WebConsoleOptions): Promise<WebConsole> {
  const { clock, limits, port, page, version, roomServer, control, registry } = options;
  const { room = null, deliver } = options;
  const keep = (log: RoomLog) => {
    return { log, kept: new KeptLog(limits, () => pages.changed()), name: randomUUID() };
  };
  let told = keep(options.log);
  const peers = new Map<string, FollowedPeer>();
  const pages = new PageFeed({
    ...{
      clock,
      limits,
      log: () => told.kept,
      logName: () => told.name,
      peers,
      control,
      room,
      roomServer,
      version,
    },
    sendEvent: (start, event) => sendEvent(told.log.serviceOf(start), event, deliver),
  });
  const machines = new BehaviorSubject(told.log.machines);
  const inspector = new Inspector({
    ...{ registry, clock, limits, machines: machines.pipe(switchAll()) },
    ...(deliver ? { deliver } : {}),
  });
  const server = await openWebServer({
    port,
    limits,
    site: new Site(page),
    console: new ViewerSocket({ clock, limits, handler: pages }),
    inspect: new ViewerSocket({ clock, limits, handler: inspector }),
  });
  told.log.tellParts(told.kept.take);
  return {
    url: server.url,
    add: (id, label) => {
      if (peers.has(id)) throw new TypeError(`the console has a peer ${id} already`);
      const followed = new FollowedPeer(id, label, {
        report: (text) => told.log.party(id).report('console', text),
        peersChanged: () => pages.peersChanged(),
      });
      peers.set(id, followed);
      pages.peersChanged();
      return followed;
    },
    roomChanged: () => pages.changed(),
    beginAnew: (log) => {
      told = keep(log);
      log.tellParts(told.kept.take);
      machines.next(log.machines);
      pages.beginAnew();
    },
    close: async () => {
      pages.stop();
      await server.close();
    },
  };
}
