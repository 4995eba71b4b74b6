/** A connection whose other side is the test: what the session writes is kept write by write. */
import { NEVER, of, ReplaySubject, Subject } from 'rxjs';
import type { CloseReason, Connection } from '../../../src/io/network.ts';

/** One connection of a session under test. */
export class FakeConnection implements Connection {
  readonly local = { host: '10.0.0.1', port: 32_340 };
  readonly remote = { host: '10.0.0.2', port: 40_000 };
  readonly bytes = new Subject<Buffer>();
  readonly closed = new ReplaySubject<CloseReason>(1);
  readonly taken = NEVER;
  /** Each write as it came. */
  readonly writes: Buffer[] = [];
  queuedBytes = 0;
  isEnded = false;
  isDestroyed = false;

  acknowledgement() {
    return of('unknown' as const);
  }

  write(bytes: Uint8Array): void {
    this.writes.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  writeAll(pieces: readonly Uint8Array[]): void {
    this.write(Buffer.concat(pieces));
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
    this.hangUp({ kind: 'closed here' });
  }

  /** A segment arrives. */
  receive(text: string): void {
    this.bytes.next(Buffer.from(text, 'latin1'));
  }

  /** The other side is gone. */
  hangUp(reason: CloseReason): void {
    this.bytes.complete();
    this.closed.next(reason);
    this.closed.complete();
  }

  /** What was written since the last time this was asked, one string for each write. */
  takeWrites(): string[] {
    return this.writes.splice(0).map((bytes) => bytes.toString('latin1'));
  }
}
