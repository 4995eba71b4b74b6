/**
 * The colours of the faults: one hue per family, after Okabe and Ito, so that people who are colour-blind
 * can tell them apart; within a family the kinds differ in lightness. No meaning hangs on colour alone:
 * every mark is labelled.
 */
import { FAULT_NAMES, type FaultName } from '../../faults/faults.ts';

/** A family of faults that hit the same thing. */
interface FaultFamily {
  readonly title: string;
  readonly colour: string;
  readonly faults: readonly FaultName[];
}

/** All families; together they hold every fault once. */
const FAULT_FAMILIES: readonly FaultFamily[] = [
  { title: 'the network parts', colour: '#d55e00', faults: ['split', 'oneway', 'isolate'] },
  { title: 'connections fail', colour: '#b8579b', faults: ['reset', 'halfopen', 'refuse', 'timeout'] },
  { title: 'everything slow', colour: '#d99500', faults: ['latency', 'slow', 'clog', 'segments'] },
  { title: 'processes die', colour: '#009e73', faults: ['crash', 'kill', 'restart', 'pause'] },
  { title: 'the time of day', colour: '#0072b2', faults: ['clock'] },
  { title: 'too much at once', colour: '#8a6d3b', faults: ['flood', 'stuck'] },
  { title: 'datagrams', colour: '#56b4e9', faults: ['udp'] },
  { title: 'room server', colour: '#7c7c8a', faults: ['roomserver'] },
];

/**
 * Share of the family's hue in the first, second, third and fourth kind; the rest is the colour of the ink.
 */
const SHARES = [100, 76, 56, 40] as const;

/** The class that gives a mark the colour of its fault, as `--fault`. */
export function faultClass(fault: FaultName): string {
  return `f-${fault}`;
}

/** The style rules behind `faultClass`. */
export function faultStyles(): string {
  return FAULT_FAMILIES.flatMap((family) =>
    family.faults.map((fault, index) => {
      const share = SHARES[index] ?? 100;
      return `.${faultClass(fault)}{--fault:color-mix(in oklab,${family.colour} ${share}%,var(--ink))}`;
    }),
  ).join('\n');
}

/** The families and kinds of those faults that are among `present`, for a legend. */
export function familiesOf(present: ReadonlySet<FaultName>): readonly FaultFamily[] {
  return FAULT_FAMILIES.map((family) => ({
    ...family,
    faults: family.faults.filter((fault) => present.has(fault)),
  })).filter((family) => family.faults.length > 0);
}

/** Faults that no family holds; there must be none. */
export function faultsWithoutColour(): readonly FaultName[] {
  const held = new Set(FAULT_FAMILIES.flatMap((family) => family.faults));
  return FAULT_NAMES.filter((fault) => !held.has(fault));
}
