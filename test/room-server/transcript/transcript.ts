/** The 28 exchanges that were recorded with the original room server, and how one of them is played again. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { RoomServerClient, RoomServerWorld } from '../tools/world.ts';

interface Step {
  readonly conn?: number;
  readonly send?: string;
  /** Exactly what came back. */
  readonly recv?: string;
  readonly action?: 'close' | 'shutdown_write' | 'recv' | 'SIGINT';
  /** Seconds. */
  readonly wait?: number;
  readonly state?: 'EOF';
}

export interface RecordedCase {
  readonly case: string;
  readonly conns: readonly number[];
  readonly steps: readonly Step[];
}

export const TRANSCRIPT: readonly RecordedCase[] = JSON.parse(
  readFileSync(new URL('room-server-transcript.json', import.meta.url), 'utf8'),
);

/** Seconds that pass in a recorded case. */
export function secondsOf(recorded: RecordedCase): number {
  return recorded.steps.reduce((sum, { wait = 0 }) => sum + wait, 0);
}

/**
 * Plays a recorded case against the running server of a world, then stops the server: every connection must
 * have received exactly the recorded bytes, and EOF behind them.
 * @param pass lets so many seconds pass.
 */
export async function replay(
  recorded: RecordedCase,
  world: RoomServerWorld,
  pass: (seconds: number) => Promise<void> | void,
): Promise<void> {
  const clients = new Map<number, RoomServerClient>();
  for (const conn of recorded.conns) clients.set(conn, await world.open());
  const expected = new Map(recorded.conns.map((conn) => [conn, '']));
  for (const [at, step] of recorded.steps.entries()) {
    const what = `${recorded.case}, step ${at}: ${JSON.stringify(step)}`;
    if (step.wait !== undefined) await pass(step.wait);
    else if (step.action === 'SIGINT') world.signalStop();
    const client = clients.get(step.conn ?? -1);
    if (!client) continue;
    const whole = expected.get(step.conn ?? -1) + (step.recv ?? '');
    expected.set(step.conn ?? -1, whole);
    await playStep(step, client, whole, world, what);
    expect(client.received, what).toBe(whole);
  }
  await world.stop();
  await world.until('EOF everywhere', () => [...clients.values()].every(({ closed }) => closed));
  for (const [conn, client] of clients)
    expect(client.received, `all of connection ${conn}`).toBe(expected.get(conn));
}

/** Does one step and waits for what was recorded to come of it. */
async function playStep(
  step: Step,
  client: RoomServerClient,
  whole: string,
  world: RoomServerWorld,
  what: string,
): Promise<void> {
  const closed = world.count('closed');
  if (step.send !== undefined) client.send(step.send);
  if (step.action === 'close' || step.action === 'shutdown_write') {
    client.connection.end();
    await world.until(what, () => world.count('closed') > closed);
  }
  if (step.state === 'EOF') {
    await world.until(what, () => client.closed !== undefined);
    expect(client.closed?.kind, what).toBe(step.action === 'shutdown_write' ? 'closed here' : 'ended');
  } else if (step.recv !== undefined) {
    await world.until(what, () => client.received.length >= whole.length);
  }
}
