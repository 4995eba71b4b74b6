/**
 * Goal: with real processes on computers of their own, a link that is dead is found by its own
 * acknowledgements and replaced, an address that changes and a cable that is out cost seconds, and the user
 * is told. The limits are the program's own.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { Computers, type Process, waitUntil, whyNoNamespaces } from './computers.ts';

const reason = whyNoNamespaces();
if (reason !== undefined) process.stderr.write(`skipped, ${reason}\n`);

const SERVER = '10.61.7.1';
const LONG_MS = 150_000;

let computers: Computers | undefined;

afterEach(async () => {
  await computers?.close();
  computers = undefined;
});

/** A room server and some peers, the n-th of them at 10.61.7.(10 + n), all linked. */
async function room(names: readonly string[], words: readonly string[] = []) {
  const addresses = Object.fromEntries(names.map((name, at) => [name, `10.61.7.${11 + at}`]));
  const made = new Computers({ server: SERVER, ...addresses });
  computers = made;
  const server = made.run('server', ['room-server', '32340']);
  await waitUntil('the room server', 20_000, () => server.lines.length > 0);
  const peers: Record<string, Process> = {};
  for (const name of names) {
    const own = name === names[0] ? words : [];
    peers[name] = made.run(name, [SERVER, '32340', '5000', '--name', name, '--room', 'room', ...own]);
    const started = peers[name];
    await waitUntil(`${name} joins`, 20_000, () => started?.has('NAMED → JOINED') ?? false);
  }
  const all = Object.values(peers);
  await waitUntil('all are linked', 40_000, () => all.every((each) => each.has('JOINED → CONNECTED')));
  return { made, peers, all, at: (name: string) => peers[name] as Process };
}

/** Everybody says a word of its own until all have shown it; tells how long that took. */
function allHeard(all: readonly Process[], label: string, maxMs: number): Promise<number> {
  let round = 0;
  return waitUntil(`${label} everywhere`, maxMs, () => {
    if (round % 20 === 0) for (const [at, each] of all.entries()) each.type(`${label} of ${at}`);
    round += 1;
    return all.every((each) => all.every((_, at) => each.has(`: ${label} of ${at}`)));
  });
}

describe.skipIf(reason !== undefined)('on computers of their own', () => {
  test('a half-open backward link with unacknowledged bytes is found within 60 s, and who is cut off is told', {
    timeout: LONG_MS,
  }, async () => {
    const { made, peers } = await room(['ann', 'bob']);
    const [dialled = '', other = ''] = peers.ann?.has('Backward link from') ? ['ann', 'bob'] : ['bob', 'ann'];
    const [at, lost] = [peers[dialled] as Process, peers[other] as Process];
    made.swallow(other);
    const talking = setInterval(() => at.type('still here'), 1_000);
    try {
      const death = `Backward link from ${other}`;
      await waitUntil('it is found', 60_000, () =>
        at.lines.some(
          (line) => line.includes(`${death}`) && line.includes('lost: it does not answer any more'),
        ),
      );
    } finally {
      clearInterval(talking);
    }
    expect(lost.has('You may be offline: nothing heard for 15 s.')).toBe(true);
    expect(at.has('You may be offline')).toBe(false);
  });

  test('a peer whose address changes, and that nobody can dial, hears and is heard again within 10 s', {
    timeout: LONG_MS,
  }, async () => {
    // Nobody is at the address that it tells: it is behind NAT.
    const { made, all, at } = await room(['nat', 'bob', 'cem'], ['--advertise', '10.61.9.9']);
    await allHeard(all, 'before', 20_000);
    made.readdress('nat', '10.61.7.11', '10.61.7.99');
    const tookMs = await allHeard(all, 'after', 10_000);
    expect(tookMs).toBeLessThan(10_000);
    expect(at('nat').count('CONNECTED → JOINED')).toBe(0);
  });

  test("the hub's cable is out until it is told so: everybody is heard within 15 s of its return", {
    timeout: LONG_MS,
  }, async () => {
    const { made, all, at } = await room(['hub', 'ann', 'bob', 'cem']);
    await allHeard(all, 'before', 20_000);
    made.cut('hub');
    at('hub').type('in the dark');
    await waitUntil('the hub is told', 36_000, () => at('hub').has('You may be offline'));
    await allHeard(
      all.filter((each) => each !== at('hub')),
      'without the hub',
      60_000,
    );
    made.cut('hub', false);
    await allHeard(all, 'after', 15_000);
    expect(at('hub').has('Heard from the others again')).toBe(true);
  });
});
