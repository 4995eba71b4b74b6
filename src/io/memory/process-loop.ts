/**
 * The one thread of a simulated process: whatever happens to it happens here, now, when it goes on, or never.
 *
 * Invariants:
 * - things happen in the order in which they came about in the kernel, timers that fell due included;
 * - while the process is paused nothing happens, once it is dead nothing ever again; its timers are off the
 *   clock then;
 * - a callback that throws loses nothing that waits behind it.
 */
import type { Clock, Timer } from '../clock.ts';

/** Something that a process has of its kernel. */
export interface KernelSocket {
  readonly kind: 'connection' | 'listener' | 'datagrams' | 'opening';
  /** The process is no more: the kernel closes it as it does. */
  kill(): void;
  /** The host is no more: nothing is sent. */
  vanish(): void;
}

/** A timer of a process; only its clock knows what to do with it. */
class ProcessTimer {
  readonly callback: () => void;
  inner: Timer;
  isOver = false;

  constructor(callback: () => void) {
    this.callback = callback;
  }
}

/** What a process still has. */
type State = 'running' | 'paused' | 'dead';

/** The thread of one process, see above. */
export class ProcessLoop {
  /** Time as this process sees it: the world's, but its timers wait while it is paused. */
  readonly clock: Clock;
  readonly sockets = new Set<KernelSocket>();
  readonly timers = new Set<ProcessTimer>();
  /** False while it takes nothing off its connections, though all else of it goes on. */
  isReading = true;
  readonly #world: Clock;
  #state: State = 'running';
  #waiting: (() => void)[] = [];
  #isGoingOn = false;

  constructor(world: Clock) {
    this.#world = world;
    this.clock = {
      now: () => world.now(),
      timeOfDay: () => world.timeOfDay(),
      setTimeout: (callback, delayMs) => this.#setTimeout(callback, delayMs),
      clearTimeout: (timer) => this.#clearTimeout(timer),
    };
  }

  get isAlive(): boolean {
    return this.#state !== 'dead';
  }

  /** False while it is paused and when it is dead. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** True where something that happens now may happen at once. */
  get isIdle(): boolean {
    return this.#state === 'running' && this.#waiting.length === 0;
  }

  /** Lets something happen to the process. */
  run(task: () => void): void {
    if (this.isIdle) task();
    else if (this.#state !== 'dead') this.#waiting.push(task);
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#goOn();
  }

  /** Stops for ever, and lets go of everything it had. */
  die(letGo: (socket: KernelSocket) => void): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#waiting = [];
    for (const timer of this.timers) this.#world.clearTimeout(timer.inner);
    this.timers.clear();
    for (const socket of this.sockets) letGo(socket);
    this.sockets.clear();
  }

  /** Runs what waits, one thing after the other; what comes in meanwhile waits behind it. */
  #goOn(): void {
    if (this.#isGoingOn || this.#waiting.length === 0) return;
    this.#isGoingOn = true;
    this.#world.setTimeout(() => {
      this.#isGoingOn = false;
      if (this.#state !== 'running') return;
      const task = this.#waiting.shift();
      try {
        task?.();
      } finally {
        this.#goOn();
      }
    }, 0);
  }

  #setTimeout(callback: () => void, delayMs: number): ProcessTimer {
    const timer = new ProcessTimer(callback);
    if (this.#state === 'dead') return timer;
    timer.inner = this.#world.setTimeout(() => this.#due(timer), delayMs);
    this.timers.add(timer);
    return timer;
  }

  #clearTimeout(timer: Timer): void {
    if (!(timer instanceof ProcessTimer) || !this.timers.delete(timer)) return;
    timer.isOver = true;
    this.#world.clearTimeout(timer.inner);
  }

  #due(timer: ProcessTimer): void {
    if (this.isIdle) this.#fire(timer);
    else this.run(() => this.#fire(timer));
  }

  #fire(timer: ProcessTimer): void {
    if (timer.isOver) return;
    this.timers.delete(timer);
    timer.callback();
  }
}
