/**
 * Measures what docs/SIMULATION.md says of other implementations: how many messages each kind shows twice,
 * with catching up and without. Rooms of eight, one of them of the kind, with faults that it bears. Prints
 * Markdown. `npm run other-kinds-figures [-- --rooms N]`, N rooms for each kind.
 */
import { parseArgs } from 'node:util';
import { SeededRandom } from '../src/io/memory/seeded-random.ts';
import { FAULT_NAMES, UNBEARABLE_FAULTS } from '../src/simulation/faults/faults.ts';
import { OTHER_KIND_NAMES, OTHER_KINDS, type OtherKind } from '../src/simulation/others/other-duplicates.ts';
import { drawPlan, type Plan } from '../src/simulation/plan.ts';
import { runWorld } from '../src/simulation/world.ts';

const PEERS = 8;
const MINUTES = 4;
const FAULT_SHARE = 0.5;

function planWith(kind: OtherKind, seed: number): Plan {
  const random = new SeededRandom(seed).fork('faults of the figures');
  const faults = FAULT_NAMES.filter(
    (name) => !UNBEARABLE_FAULTS.includes(name) && random.chance(FAULT_SHARE),
  );
  const plan = drawPlan(seed, { peers: PEERS, minutes: MINUTES, faults });
  const peers = plan.peers.map((peer, index) =>
    index === PEERS - 1
      ? { ...peer, kind: 'other' as const, duplicates: kind, habit: 'none' as const }
      : { ...peer, kind: 'ours' as const, duplicates: null, habit: null },
  );
  return { ...plan, peers };
}

/** Messages shown, and shown again, in so many rooms; and rooms in which an invariant was broken. */
function measure(kind: OtherKind, rooms: number, isCatchingUp: boolean) {
  const sum = { shown: 0, again: 0, broken: 0 };
  for (let seed = 1; seed <= rooms; seed += 1) {
    const { copies, violations } = runWorld(planWith(kind, seed), { variant: { isCatchingUp } }).recording;
    for (const { shown, again } of copies) {
      sum.shown += shown;
      sum.again += again;
    }
    if (violations.length > 0) sum.broken += 1;
  }
  return sum;
}

const { values } = parseArgs({ options: { rooms: { type: 'string', default: '100' } } });
const rooms = Number(values.rooms);
const share = ({ shown, again }: { shown: number; again: number }) => ((1_000 * again) / shown).toFixed(1);
console.log('| kind | takes for new each message | shown | again, of 1,000 | without catching up |');
console.log('|---|---|---|---|---|');
let broken = 0;
for (const kind of OTHER_KIND_NAMES) {
  const [having, lacking] = [measure(kind, rooms, true), measure(kind, rooms, false)];
  broken += having.broken + lacking.broken;
  console.log(
    `| ${kind} | ${OTHER_KINDS[kind].words} | ${having.shown} | ${share(having)} | ${share(lacking)} |`,
  );
}
console.log(`\nRooms that ended early, by a broken invariant: ${broken}`);
