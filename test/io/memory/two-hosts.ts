/**
 * The vocabulary of the tests of the network in memory: two hosts, a process on each, and what happened when.
 */
import type { Observable } from 'rxjs';
import {
  MemoryNetwork,
  type PathPolicy,
  type SimulatedProcess,
} from '../../../src/io/memory/memory-network.ts';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import type { CloseReason, Connection, Endpoint, Network } from '../../../src/io/network.ts';
import { NetworkError } from '../../../src/io/network.ts';

export const A = '10.0.0.1';
export const B = '10.0.0.2';

/** Two hosts, and what happened when. */
export class TwoHosts {
  readonly clock = new StepClock();
  readonly world: MemoryNetwork;
  readonly a: Network;
  readonly b: Network;
  readonly processA: SimulatedProcess;
  readonly processB: SimulatedProcess;
  readonly events: string[] = [];

  constructor(policy: Partial<PathPolicy> = {}, names = new Map<string, readonly string[]>()) {
    this.world = new MemoryNetwork({ clock: this.clock, latencyMs: 10, policy, names, closeGraceMs: 500 });
    this.processA = this.world.process(A);
    this.processB = this.world.process(B);
    this.a = this.processA.network;
    this.b = this.processB.network;
  }

  /** Notes every value, failure and completion with its time. */
  note<Value>(source: Observable<Value>, describeValue: (value: Value) => string): void {
    const at = (what: string) => this.events.push(`${this.clock.now()} ${what}`);
    source.subscribe({
      next: (value) => at(describeValue(value)),
      error: (error: unknown) => at(error instanceof NetworkError ? error.message : String(error)),
    });
  }

  noteEnd(name: string, connection: Connection): void {
    this.note(connection.bytes, (bytes) => `${name} got ${bytes.toString()}`);
    this.note(connection.closed, (reason) => `${name} ${reasonText(reason)}`);
  }

  /** Values of an observable that emits without being waited for. */
  now<Value>(source: Observable<Value>): Value {
    const values: Value[] = [];
    source.subscribe((value) => values.push(value));
    this.clock.advance(0);
    const [value] = values;
    if (value === undefined) throw new Error('It has not emitted at once.');
    return value;
  }

  /** An established connection from a to b, nothing subscribed; the clock has gone on by 30. */
  pair(port = 5_000): { near: Connection; far: Connection } {
    const listener = this.now(this.b.listen({ host: B, port }));
    const ends: Connection[] = [];
    this.a.connect({ host: B, port }, 1_000).subscribe((near) => ends.push(near));
    listener.connections.subscribe((far) => ends.push(far));
    this.clock.advance(30);
    const [near, far] = ends;
    if (!near || !far) throw new Error('They are not connected.');
    return { near, far };
  }

  /** The same with both ends noted. */
  connected(): { near: Connection; far: Connection } {
    const { near, far } = this.pair();
    this.noteEnd('near', near);
    this.noteEnd('far', far);
    return { near, far };
  }

  /** What has happened since the last time this was asked. */
  news(): string[] {
    return this.events.splice(0);
  }
}

function reasonText(reason: CloseReason): string {
  return reason.kind === 'broken' ? `broken: ${reason.message}` : reason.kind;
}

export function place({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
