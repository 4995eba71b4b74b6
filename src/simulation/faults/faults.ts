/** The faults of a simulated world by the names that `--faults` takes, and what each does. */

/** What each fault does, in the words of `p2pchat simulate --help`. */
export const FAULTS = {
  latency: 'segments and datagrams take much longer for a while',
  segments: 'writes are cut into pieces down to one byte, and pieces arrive together',
  refuse: 'connects are refused for a while',
  timeout: 'connects get no answer for a while',
  reset: 'connections are reset (RST)',
  halfopen: 'one end of a connection forgets it without a word',
  clog: 'what is sent over a connection is held for a while',
  slow: 'a peer gets its bytes very slowly for a while',
  split: 'the network falls into two halves that heal later',
  oneway: 'nothing gets through in one direction between two halves',
  isolate: 'one peer is cut off from everybody, the room server included',
  udp: 'datagrams are lost, doubled and reordered',
  crash: 'a host loses power: no FIN, no RST',
  kill: 'a process is killed: its host closes its connections',
  pause: 'a process stands still, its host goes on (a laptop asleep)',
  restart: 'a process is killed and starts again under the same name and port',
  roomserver: 'the room server crashes and starts again with its memory lost',
  clock: 'the time of day is set back or forward by up to a day, everywhere',
  flood: 'up to three peers say 2,000 long messages each, as fast as their links take them',
  stuck: 'a process reads nothing for up to 20 s, while all else of it goes on',
} as const;

/** Name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** All faults, in the order of the help. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/**
 * Faults that peers of other implementations may never recover from: they have no failback, take a neighbour
 * that has lost its power for linked, and a frame that does not come as one recv is lost to them, or taken
 * for another; in a flood many frames come as one.
 */
export const UNBEARABLE_FAULTS: readonly FaultName[] = [
  'split',
  'oneway',
  'isolate',
  'halfopen',
  'crash',
  'timeout',
  'refuse',
  'segments',
  'flood',
];

/**
 * Whom a fault hits: the network or the room server as a whole, some peers or each of them by itself, or two
 * halves of the room.
 */
type FaultScope = 'everywhere' | 'peers' | 'halves';

const HALVING: ReadonlySet<FaultName> = new Set<FaultName>(['split', 'oneway']);
const EVERYWHERE: ReadonlySet<FaultName> = new Set<FaultName>([
  'latency',
  'segments',
  'udp',
  'roomserver',
  'clock',
]);

/** Whom this fault hits. */
export function scopeOf(fault: FaultName): FaultScope {
  if (HALVING.has(fault)) return 'halves';
  return EVERYWHERE.has(fault) ? 'everywhere' : 'peers';
}

/** Reads `all`, `none` or a comma-separated list; `undefined` where a name is unknown. */
export function parseFaults(text: string): readonly FaultName[] | undefined {
  if (text === 'all') return FAULT_NAMES;
  if (text === 'none') return [];
  const names = text.split(',');
  return names.every(isFaultName) ? names : undefined;
}

/** True for the name of a fault. */
export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}
