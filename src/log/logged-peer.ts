/** A peer whose start and commands are in the log: everything else is the peer's own. */
import type { Command, Peer } from '../peer/peer-api.ts';
import type { Notice } from '../words/notices.ts';

/** Run these in scopes of the log. */
interface Scopes {
  start(run: () => void): void;
  command(command: Command, run: () => void): void;
}

/** See above. */
export class LoggedPeer implements Peer {
  readonly notices;
  readonly trace;
  readonly changes;
  readonly terminated;
  readonly sessionId;
  readonly #peer: Peer;
  readonly #scopes: Scopes;

  constructor(peer: Peer, scopes: Scopes) {
    this.#peer = peer;
    this.#scopes = scopes;
    this.notices = peer.notices;
    this.trace = peer.trace;
    this.changes = peer.changes;
    this.terminated = peer.terminated;
    this.sessionId = peer.sessionId;
  }

  get intake() {
    return this.#peer.intake;
  }

  get dialling() {
    return this.#peer.dialling;
  }

  get isDelivered() {
    return this.#peer.isDelivered;
  }

  get allowsUtf8() {
    return this.#peer.allowsUtf8;
  }

  set allowsUtf8(allows: boolean) {
    this.#peer.allowsUtf8 = allows;
  }

  taken() {
    return this.#peer.taken();
  }

  get unheard() {
    return this.#peer.unheard;
  }

  start(before?: readonly Notice[]): void {
    this.#scopes.start(() => this.#peer.start(before));
  }

  awaitOutput(queuedBytes: () => number) {
    return this.#peer.awaitOutput(queuedBytes);
  }

  send(command: Command): void {
    this.#scopes.command(command, () => this.#peer.send(command));
  }

  status() {
    return this.#peer.status();
  }
}
