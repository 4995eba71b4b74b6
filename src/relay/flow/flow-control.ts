/**
 * Back-pressure of one peer: whoever sends faster than the slowest link takes is slowed down, not cut off.
 * While a link holds (link-flow.ts), nothing is read from the links whose frames would go there, which is
 * every other one, and our own input waits; TCP passes that on to whoever sends.
 *
 * Invariants: what waits for all links together stays within `queuesMaxBytes` and one chunk a link; a stop
 * ends by itself, at the latest when the link that causes it is given up; a link that is detached reads on.
 */
import type { Clock, Timer } from '../../io/clock.ts';
import type { Connection } from '../../io/network.ts';
import type { PeerLimits } from '../../limits/peer.ts';
import { LinkFlow, type LinkFlowLimits } from './link-flow.ts';

/** What back-pressure needs of its peer. */
interface FlowControlPorts {
  readonly clock: Clock;
  readonly limits: LinkFlowLimits & Pick<PeerLimits, 'queuesMaxBytes'>;
  /** Own input has to wait from now on, or may go on. */
  busyChanged(): void;
}

/** One link under control. */
interface Controlled {
  readonly connection: Pick<Connection, 'pause' | 'resume'>;
  readonly queuedBytes: () => number;
  readonly flow: LinkFlow;
  readonly giveUp: (queuedBytes: number) => void;
  isPaused: boolean;
}

/** The links of one peer, see above. */
export class FlowControl {
  readonly #ports: FlowControlPorts;
  readonly #links = new Map<string, Controlled>();
  #isBusy = false;
  /** What waits for all links together. */
  #queuedBytes = 0;
  #timer: Timer | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(ports: FlowControlPorts) {
    this.#ports = ports;
  }

  /** True while own input has to wait: a link is over its high-water mark. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** True where so much waits that nothing more can be taken, from whomever. */
  get isFull(): boolean {
    return this.#isOverAll || this.#has('FULL');
  }

  /**
   * From now on this link is looked after.
   * @param queuedBytes what waits for it, in the network's queue and before it.
   * @param giveUp called when it belongs to a slow consumer.
   */
  add(
    id: string,
    connection: Controlled['connection'],
    queuedBytes: () => number,
    giveUp: Controlled['giveUp'],
  ): void {
    if (this.#isStopped) return;
    const flow = new LinkFlow(this.#ports.limits);
    this.#links.set(id, { connection, queuedBytes, giveUp, flow, isPaused: false });
    this.#apply();
  }

  /** The link is no more. Harmless for one that was never added. */
  remove(id: string): void {
    const link = this.#links.get(id);
    if (!link) return;
    this.#links.delete(id);
    this.#queuedBytes -= link.flow.queuedBytes;
    if (link.isPaused) link.connection.resume();
    this.#apply();
  }

  /** Something was given to this link. MUST be called after every write; nearly always it changes nothing. */
  wrote(id: string): void {
    this.#changed(id, ({ flow, queuedBytes }, nowMs) => flow.wrote(queuedBytes(), nowMs));
  }

  /** The network has taken something of this link. */
  took(id: string): void {
    this.#changed(id, ({ flow, queuedBytes }, nowMs) => flow.took(queuedBytes(), nowMs));
  }

  /** This link has been given so much of what it had missed, which is in front of what waits for it. */
  caughtUp(id: string, bytes: number): void {
    this.#changed(id, ({ flow }, nowMs) => flow.caughtUp(bytes, nowMs));
  }

  #changed(id: string, change: (link: Controlled, nowMs: number) => void): void {
    const link = this.#links.get(id);
    if (!link) return;
    const { flow } = link;
    const { state, queuedBytes } = flow;
    const wasOverAll = this.#isOverAll;
    change(link, this.#ports.clock.now());
    this.#queuedBytes += flow.queuedBytes - queuedBytes;
    if (state !== 'OPEN' || flow.state !== 'OPEN' || wasOverAll || this.#isOverAll) this.#apply();
  }

  /** Nothing is held back any more. */
  stop(): void {
    this.#isStopped = true;
    for (const id of [...this.#links.keys()]) this.remove(id);
    this.#ports.clock.clearTimeout(this.#timer);
  }

  #has(state: LinkFlow['state']): boolean {
    for (const { flow } of this.#links.values()) if (flow.state === state) return true;
    return false;
  }

  get #isOverAll(): boolean {
    return this.#queuedBytes > this.#ports.limits.queuesMaxBytes;
  }

  /** Pauses and resumes reading as the links' states ask for. */
  #apply(): void {
    const isOverAll = this.#isOverAll;
    const nowMs = this.#ports.clock.now();
    for (const { flow } of this.#links.values()) {
      if (isOverAll) flow.share(nowMs);
      else flow.shareNoMore();
    }
    const holding = [...this.#links].filter(([, { flow }]) => flow.isHolding).map(([id]) => id);
    let isBusy = false;
    for (const [id, link] of this.#links) {
      if (link.flow.state !== 'OPEN') isBusy = true;
      this.#setPaused(link, isOverAll || holding.some((other) => other !== id));
    }
    this.#setTimer();
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    this.#ports.busyChanged();
  }

  #setPaused(link: Controlled, isPaused: boolean): void {
    if (link.isPaused === isPaused) return;
    link.isPaused = isPaused;
    if (isPaused) link.connection.pause();
    else link.connection.resume();
  }

  #setTimer(): void {
    let dueMs = Number.POSITIVE_INFINITY;
    for (const { flow } of this.#links.values()) dueMs = Math.min(dueMs, flow.dueMs ?? dueMs);
    // A timer that is due sooner looks again by itself.
    if (dueMs >= this.#timerDueMs) return;
    const { clock } = this.#ports;
    clock.clearTimeout(this.#timer);
    this.#timerDueMs = dueMs;
    this.#timer = clock.setTimeout(() => this.#look(), Math.max(0, dueMs - clock.now()));
  }

  #look(): void {
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#ports.clock.now();
    // The one that most waits for goes first: where all together are over the bound, that may be enough.
    const links = [...this.#links].sort(
      ([, one], [, other]) => other.flow.queuedBytes - one.flow.queuedBytes,
    );
    for (const [id, link] of links) {
      if (this.#links.has(id) && link.flow.isSlowAt(nowMs)) link.giveUp(link.flow.queuedBytes);
    }
    this.#apply();
  }
}
