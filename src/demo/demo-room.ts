/**
 * A room of several peers in one process, over the real sockets of this computer, for the console's page to
 * look at and to break: any of them can be killed, started again, cut off from the others and let back.
 */
import type { ControlAction } from '../console/feed/messages.ts';
import type { PeerControl } from '../console/feed/page-feed.ts';
import type { WebConsole } from '../console/web/web-console.ts';
import { DemoPeer, type DemoPeerPorts } from './demo-peer.ts';
import { Isolation } from './isolation.ts';

/** Nicknames of the first peers; more are numbered. */
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];

/** What a demo's room is made of. */
type DemoRoomOptions = Omit<DemoPeerPorts, 'isolation'>;

/** See above. */
export class DemoRoom implements PeerControl {
  readonly #ports: DemoPeerPorts;
  /** By the id that the console knows them by. */
  readonly #peers = new Map<string, DemoPeer>();
  #isClosing = false;

  constructor(options: DemoRoomOptions) {
    this.#ports = { ...options, isolation: new Isolation(options.roomServer) };
  }

  /**
   * Starts so many peers, one after the other, each when the one before has joined; fewer where `close` comes
   * meanwhile.
   * @returns their names. Rejects with a NetworkError where one finds no port.
   */
  async open(count: number, web: WebConsole): Promise<readonly string[]> {
    for (let number = 1; number <= count && !this.#isClosing; number += 1) {
      const id = `peer-${number}`;
      const name = NAMES[number - 1] ?? `peer${number}`;
      const peer = new DemoPeer(name, web.add(id, name), this.#ports);
      this.#peers.set(id, peer);
      await peer.start();
      await peer.joined();
    }
    return [...this.#peers.values()].map(({ name }) => name);
  }

  control(id: string, action: ControlAction): void {
    const peer = this.#peers.get(id);
    if (!peer || this.#isClosing) return;
    peer[action]();
    // What is cut off has links that others have opened, too.
    if (action === 'split') for (const each of this.#peers.values()) each.breakBarred();
  }

  /** Quits all peers; resolves when everything is released. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#peers.values()].map((peer) => peer.quit()));
  }
}
