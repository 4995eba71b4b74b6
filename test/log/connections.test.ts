/** Goal: the log says how each connection began and how it is over, and by whom, at both of its ends. */
import { expect, test } from 'vitest';
import { MemoryNetwork } from '../../src/io/memory/memory-network.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { Connection } from '../../src/io/network.ts';
import type { EntryOf } from '../../src/log/entry.ts';
import { RoomLog } from '../../src/log/room-log.ts';
import { ServiceRegistry } from '../../src/log/service-registry.ts';

const [ALICE, BOB] = ['10.0.0.1', '10.0.0.2'];
const PORT = 5_000;
const TIMEOUT_MS = 1_000;

/** What the two have told of a connection that this is done with. */
function told(then: (dialled: Connection, accepted: Connection) => void, port = PORT): string[] {
  const clock = new StepClock();
  const network = new MemoryNetwork({ clock, latencyMs: 1 });
  const entries: EntryOf<'connection'>[] = [];
  const log = new RoomLog({ nowMs: () => clock.now(), registry: new ServiceRegistry() });
  log.tellTo((more) => {
    for (const entry of more) if (entry.type === 'connection') entries.push(entry);
  });
  const [alice, bob] = [
    log.party('alice').network(network.host(ALICE)),
    log.party('bob').network(network.host(BOB)),
  ];
  let accepted: Connection | undefined;
  bob.listen({ host: BOB, port: PORT }).subscribe(({ connections }) =>
    connections.subscribe((connection) => {
      accepted = connection;
      connection.bytes.subscribe();
      connection.closed.subscribe();
    }),
  );
  clock.advance(10);
  alice.connect({ host: BOB, port }, TIMEOUT_MS).subscribe({
    next: (dialled) => {
      dialled.bytes.subscribe();
      dialled.closed.subscribe();
      clock.setTimeout(() => accepted && then(dialled, accepted), 100);
    },
    error: () => undefined,
  });
  clock.advance(10_000);
  return entries.map(({ party, what, by }) => `${party} ${what}${by === null ? '' : ` ${by}`}`);
}

const BEGUN = ['alice opening here', 'bob accepted there', 'alice opened here'];

test('closed by the one that has opened it', () => {
  const entries = told((dialled) => dialled.end());
  expect(entries.slice(0, 3)).toEqual(expect.arrayContaining(BEGUN));
  expect(entries).toContain('alice ending here');
  expect(entries).toContain('bob closed there');
  expect(entries).toContain('alice closed here');
});

test('reset by the one that has accepted it', () => {
  const entries = told((_, accepted) => accepted.destroy());
  expect(entries).toContain('bob reset here');
  expect(entries).toContain('alice reset there');
});

test('refused where nobody listens', () => {
  expect(told(() => undefined, PORT + 1)).toEqual(['alice opening here', 'alice refused there']);
});

test('reset by the one that has opened it', () => {
  const entries = told((dialled) => dialled.destroy());
  expect(entries).toContain('alice reset here');
  expect(entries).toContain('bob reset there');
});
