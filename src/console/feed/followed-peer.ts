/**
 * The place of one of the console's peers: whether it runs, and the way of a page's commands to it. What it
 * does is in the log. The place outlives the peer, and may be another one's after it (a killed peer that is
 * started again keeps it).
 */
import { Subscription } from 'rxjs';
import { WAITING_COMMANDS_MAX } from '../../limits/peer.ts';
import type { Command, Peer } from '../../peer/peer-api.ts';
import { WaitingCommands } from '../../peer/waiting-commands.ts';
import { QueueFullError } from '../../words/refusals.ts';
import type { ConsolePeer } from './messages.ts';

/** What it needs of its console. */
interface FollowedPeerPorts {
  /** A line of the console itself in this peer's Command window. */
  report(text: string): void;
  /** It runs or has ended, or has been split off. MUST NOT block. */
  peersChanged(): void;
}

/** See above. */
export class FollowedPeer {
  readonly id: string;
  readonly #label: string;
  readonly #ports: FollowedPeerPorts;
  #isRunning = false;
  #isSplitOff = false;
  #commands: WaitingCommands | undefined;
  #following = new Subscription();

  constructor(id: string, label: string, ports: FollowedPeerPorts) {
    this.id = id;
    this.#label = label;
    this.#ports = ports;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get isSplitOff(): boolean {
    return this.#isSplitOff;
  }

  set isSplitOff(isSplitOff: boolean) {
    this.#isSplitOff = isSplitOff;
    this.#ports.peersChanged();
  }

  /** This peer has the place from now on: MUST be called before its start, with the peer of the log. */
  follow(peer: Peer): void {
    this.forget();
    this.#isRunning = true;
    this.#following = new Subscription();
    this.#commands = new WaitingCommands(peer, WAITING_COMMANDS_MAX);
    this.#following.add(peer.terminated.subscribe(() => this.forget()));
    this.#ports.peersChanged();
  }

  /** It has ended, or is about to without anybody hearing of it. */
  forget(): void {
    if (!this.#isRunning) return;
    this.#commands?.stop();
    this.#following.unsubscribe();
    this.#isRunning = false;
    this.#ports.peersChanged();
  }

  /**
   * Gives it a command, now or when its links take more.
   * @returns why it can't be given; `undefined` where it can.
   */
  send(command: Command): string | undefined {
    if (!this.#isRunning || !this.#commands) return 'This peer is not running.';
    return this.#commands.send(command) ? undefined : new QueueFullError().message;
  }

  /** A line of the console itself in this peer's Command window. */
  report(text: string): void {
    this.#ports.report(text);
  }

  describe(): ConsolePeer {
    return {
      id: this.id,
      label: this.#label,
      isRunning: this.#isRunning,
      isSplitOff: this.#isSplitOff,
    };
  }
}
